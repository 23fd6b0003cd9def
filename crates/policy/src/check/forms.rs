//! Forms: every cell comes from somewhere, the columns fit the paper, somebody hands them in.

use super::Check;
use crate::model::{ColumnDef, ColumnSource, FORM_MARGIN_MM, FormDef, FormLayout};
use crate::problem::Problem;

/// The most columns of a form.
const MOST_COLUMNS: usize = 60;

impl Check<'_> {
    pub(super) fn forms(&mut self) {
        let file = self.file;
        for (f, form) in file.form.iter().enumerate() {
            let at = format!("/form/{f}");
            self.role(&format!("{at}/reported_by"), &form.reported_by);
            self.role(&format!("{at}/reported_to"), &form.reported_to);
            self.form_rhythm(&at, form);
            self.form_columns(&at, form);
            self.form_width(&at, form);
        }
    }

    fn form_rhythm(&mut self, at: &str, form: &FormDef) {
        if form.frequency.is_regular() == form.due.is_some() {
            return;
        }
        let place = self.value(&format!("{at}/frequency"));
        let (message, help) = if form.due.is_some() {
            (
                "不定期的报表没有期末，`due` 不起作用",
                "删去 due，或写明周期。",
            )
        } else {
            (
                "定期报送的报表没有写明期末之后多久之内报送",
                "加上 due，如 due = { n = 5, unit = \"natural_days\" }，文件未定的写明 because。",
            )
        };
        self.report(Problem::error("form-rhythm", place, message).help(help));
    }

    fn form_columns(&mut self, at: &str, form: &FormDef) {
        if form.column.is_empty() || form.column.len() > MOST_COLUMNS {
            let place = self.value(&format!("{at}/id"));
            let message = format!(
                "报表有 {} 列，应当有 1 到 {MOST_COLUMNS} 列",
                form.column.len()
            );
            self.report(Problem::error("form-columns", place, message));
        }
        for (c, column) in form.column.iter().enumerate() {
            self.form_column(&format!("{at}/column/{c}"), column);
        }
    }

    fn form_column(&mut self, at: &str, column: &ColumnDef) {
        let sources = [Some(column.source), column.otherwise];
        let uses = |is: fn(ColumnSource) -> bool| sources.into_iter().flatten().any(is);
        let pairs = [
            (
                "key",
                column.key.is_some(),
                uses(|source| source == ColumnSource::Extra),
                "台账栏目的名称",
            ),
            (
                "milestone",
                column.milestone.is_some(),
                uses(ColumnSource::is_milestone),
                "节点的标识",
            ),
            (
                "unit",
                column.unit.is_some(),
                uses(ColumnSource::is_money),
                "金额的单位",
            ),
        ];
        for (key, written, wanted, what) in pairs {
            if written == wanted {
                continue;
            }
            let (place, message, help) = if wanted {
                (
                    self.value(&format!("{at}/source")),
                    format!("这个来源要写明{what}"),
                    format!("加上 {key}。"),
                )
            } else {
                (
                    self.key(&format!("{at}/{key}")),
                    format!("这个来源用不到 `{key}`"),
                    format!("删去 {key}，或换一个来源。"),
                )
            };
            self.report(Problem::error("form-source", place, message).help(help));
        }
        if column.footnote.is_some() && column.value.is_empty() {
            let place = self.key(&format!("{at}/footnote"));
            self.report(
                Problem::error("form-options", place, "表下要列出选项，却一个选项也没有")
                    .help("用 [[form.column.value]] 逐项写出，或删去 footnote。"),
            );
        }
        if column.width < 5 {
            let place = self.value(&format!("{at}/width"));
            let message = format!("列宽 {} 毫米，写不下一个字", column.width);
            self.report(Problem::error("form-width", place, message).help("至少 5 毫米。"));
        }
    }

    /// The columns stand beside one another between the margins.
    fn form_width(&mut self, at: &str, form: &FormDef) {
        if form.layout == FormLayout::Order {
            return;
        }
        let (width, _) = form.paper.size_mm(form.landscape);
        let room = width - 2 * FORM_MARGIN_MM;
        let taken: u32 = form.column.iter().map(|c| u32::from(c.width)).sum();
        if taken <= u32::from(room) {
            return;
        }
        let place = self.value(&format!("{at}/paper"));
        let message = format!(
            "各列共宽 {taken} 毫米，超出纸面可印的 {room} 毫米（{}{}）",
            form.paper.title(),
            if form.landscape { "横向" } else { "纵向" }
        );
        self.report(
            Problem::error("form-width", place, message).help("减小列宽，或换大一号的纸、横放。"),
        );
    }
}
