//! What can go wrong, said in Chinese to the person who uploaded or exported the file.

use thiserror::Error;

/// Why a file was not read. Every message names the file, the place where there is one, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The file has no bytes, or no visible characters.
    #[error("文件「{file}」是空的，没有任何内容。请重新导出或另存后再上传。")]
    Empty {
        /// Name of the file, as shown.
        file: String,
    },
    /// More bytes than [`crate::ReadLimits::max_bytes`].
    #[error(
        "文件「{file}」有 {size}，超过上限 {limit}。请删去图片和无关的工作表，或拆成几个文件分别上传。"
    )]
    TooLarge {
        /// Name of the file, as shown.
        file: String,
        /// Size in words, with unit.
        size: String,
        /// Limit in words, with unit.
        limit: String,
    },
    /// The content is of another kind altogether: a picture, a PDF, a web page, a program.
    #[error(
        "文件「{file}」的实际内容是{found}，不是表格{named}。请上传 Excel 工作簿（.xlsx、.xls）、.ods 或 .csv 文件。"
    )]
    NotATable {
        /// Name of the file, as shown.
        file: String,
        /// What the content really is.
        found: String,
        /// What the name pretends, or empty.
        named: String,
    },
    /// A spreadsheet of a format that is not read.
    #[error(
        "文件「{file}」是{found}，不能直接读取。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
    )]
    Unsupported {
        /// Name of the file, as shown.
        file: String,
        /// Name of the format.
        found: String,
    },
    /// Opened by a password only.
    #[error(
        "文件「{file}」设了打开密码，无法读取。请用 Excel 或 WPS 打开，取消密码（文件 → 信息 → 保护工作簿）并保存后再上传。"
    )]
    Encrypted {
        /// Name of the file, as shown.
        file: String,
    },
    /// Contains program code.
    #[error(
        "文件「{file}」含有宏（{part}），为安全起见不予读取。请另存为不带宏的 .xlsx 工作簿后再上传。"
    )]
    Macros {
        /// Name of the file, as shown.
        file: String,
        /// The part that holds the code.
        part: String,
    },
    /// A compressed file that grows beyond reason.
    #[error(
        "文件「{file}」解压后异常庞大（{detail}），可能是恶意文件，已拒绝读取。请核对文件来源。"
    )]
    Bomb {
        /// Name of the file, as shown.
        file: String,
        /// Which limit was passed, where.
        detail: String,
    },
    /// Broken inside.
    #[error(
        "文件「{file}」{place}已损坏或格式不规范（{detail}）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"
    )]
    Damaged {
        /// Name of the file, as shown.
        file: String,
        /// Sheet and row in words, or empty.
        place: String,
        /// Technical reason.
        detail: String,
    },
    /// Text in no known encoding.
    #[error(
        "文件「{file}」第 {line} 行的文字既不是 UTF-8 也不是 GB18030（GBK）编码，或全文编码不一致。请用 Excel 打开，另存为“CSV UTF-8（逗号分隔）”后再上传。"
    )]
    Encoding {
        /// Name of the file, as shown.
        file: String,
        /// First line that cannot be read, from 1.
        line: u32,
    },
    /// A quotation mark of a CSV file is never closed.
    #[error(
        "文件「{file}」从第 {line} 行开始有英文双引号没有配对，后面的各行都被并进了一个单元格。请补上引号，或用 Excel 另存为 .xlsx 后再上传。"
    )]
    Quote {
        /// Name of the file, as shown.
        file: String,
        /// Line where the open quotation begins, from 1.
        line: u32,
    },
    /// No row looks like a heading row.
    #[error(
        "文件「{file}」没有找到表头：{looked}，都没有出现认得的列名。请对照模板检查列名，表头应在前 20 行之内。"
    )]
    NoHeading {
        /// Name of the file, as shown.
        file: String,
        /// Which sheets and rows were searched.
        looked: String,
    },
    /// More rows than [`crate::ReadLimits::max_rows`].
    #[error("文件「{file}」{place}超过 {limit} 行。请拆成几个文件分别上传。")]
    TooManyRows {
        /// Name of the file, as shown.
        file: String,
        /// Sheet in words, or empty.
        place: String,
        /// The limit.
        limit: usize,
    },
    /// A filled cell to the right of [`crate::ReadLimits::max_columns`].
    #[error(
        "文件「{file}」{place}第 {line} 行 {column} 列还有内容，超过 {limit} 列的上限。请删去右侧多余的列后再上传。"
    )]
    TooManyColumns {
        /// Name of the file, as shown.
        file: String,
        /// Sheet in words, or empty.
        place: String,
        /// Row of the cell, from 1.
        line: u32,
        /// Letters of the column.
        column: String,
        /// The limit.
        limit: usize,
    },
}

/// Why a workbook or CSV file was not written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// A Word template that cannot be filled.
    #[error(
        "Word 模板无法使用（{0}）。请用 Word 或 WPS 另存为 .docx，或删去自定义模板、改用系统自带的模板。"
    )]
    Template(String),
    /// A row with more cells than the sheet has columns.
    #[error("导出「{sheet}」第 {line} 行有 {cells} 个单元格，但只定义了 {columns} 列。")]
    RowShape {
        /// Name of the sheet.
        sheet: String,
        /// Data row, from 1.
        line: u64,
        /// Cells given.
        cells: usize,
        /// Columns defined.
        columns: usize,
    },
    /// Text longer than an Excel cell can hold.
    #[error(
        "导出「{sheet}」第 {line} 行「{column}」的文字超过 Excel 单元格上限 32767 字，请缩短后再导出。"
    )]
    TextTooLong {
        /// Name of the sheet.
        sheet: String,
        /// Data row, from 1.
        line: u64,
        /// Heading of the column.
        column: String,
    },
    /// The workbook library refused.
    #[error("生成 Excel 文件失败：{0}。请检查服务器临时目录的剩余空间后重试。")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The CSV library or the place it writes to refused.
    #[error("生成 CSV 文件失败：{0}。请检查磁盘剩余空间后重试。")]
    Csv(#[from] csv::Error),
    /// The place written to refused.
    #[error("写入文件失败：{0}。请检查磁盘剩余空间后重试。")]
    Io(#[from] std::io::Error),
}
