//! Errors of the TOML reader, said in Chinese.

use std::ops::Range;

use crate::problem::Problem;

/// A TOML syntax error at its place.
pub(crate) fn problem(error: &toml::de::Error, text: &str) -> Problem {
    let span = error.span().unwrap_or(0..0);
    let (message, help) = say(error.message(), &text[held(&span, text)]);
    Problem::error("syntax", span, message).help_if(help.map(str::to_owned))
}

fn held(span: &Range<usize>, text: &str) -> Range<usize> {
    if text.is_char_boundary(span.start) && text.is_char_boundary(span.end.min(text.len())) {
        span.start..span.end.min(text.len())
    } else {
        0..0
    }
}

type Said = (String, Option<&'static str>);

fn say(english: &str, at: &str) -> Said {
    let known = SAYINGS
        .iter()
        .find(|(start, _, _)| english.starts_with(start));
    match known {
        Some((_, chinese, help)) => ((*chinese).to_owned(), *help),
        None if at.is_empty() => ("此处不符合 TOML 写法".to_owned(), Some(GENERAL)),
        None => (format!("此处不符合 TOML 写法：`{at}`"), Some(GENERAL)),
    }
}

const GENERAL: &str =
    "一行写一个 `键 = 值`；文字加英文双引号；列表用 [ ]；规则用 [[stage]] 一类的表头分开。";
const QUOTES: &str = "文字要用英文双引号 \" 括起来；中文引号“”可以写在文字里面，不能用来括文字。";

/// How the reader begins its message, what it means, what to do.
const SAYINGS: &[(&str, &str, Option<&str>)] = &[
    (
        "duplicate key",
        "同一个键写了两次",
        Some("删去其中一个；多条规则用 [[stage]] 一类的双方括号表头。"),
    ),
    (
        "string values must be quoted",
        "文字没有加引号",
        Some(QUOTES),
    ),
    (
        "invalid basic string",
        "文字没有写完：缺少结束的引号",
        Some(QUOTES),
    ),
    ("missing opening quote", "文字缺少开始的引号", Some(QUOTES)),
    (
        "invalid unquoted key",
        "键里有不能使用的字符",
        Some("键只用英文小写字母、数字、- 和 _，如 limit、warn_clause。"),
    ),
    (
        "unquoted keys cannot be empty",
        "缺少键",
        Some("一行写一个 `键 = 值`。"),
    ),
    (
        "key with no value",
        "只有键，没有值",
        Some("写成 `键 = 值`，如 title = \"项目签约\"。"),
    ),
    (
        "missing value for key",
        "等号后面没有值",
        Some("写上值，或者删去这一行。"),
    ),
    (
        "missing value",
        "等号后面没有值",
        Some("写上值，或者删去这一行。"),
    ),
    (
        "missing assignment",
        "键和值之间缺少等号",
        Some("写成 `键 = 值`。"),
    ),
    (
        "extra assignment",
        "等号多了",
        Some("一行只写一个 `键 = 值`。"),
    ),
    ("extra `=`", "等号多了", Some("一行只写一个 `键 = 值`。")),
    (
        "unclosed array table",
        "表头缺少结束的 ]]",
        Some("写成 [[stage]]。"),
    ),
    ("unclosed table", "表头缺少结束的 ]", Some("写成 [pack]。")),
    ("unclosed array", "列表缺少结束的 ]", None),
    ("unclosed inline table", "表缺少结束的 }", None),
    (
        "missing comma between array elements",
        "列表的两项之间缺少英文逗号",
        Some("列表写成 [\"a\", \"b\"]，逗号用英文逗号。"),
    ),
    (
        "missing comma between key-value pairs",
        "表的两项之间缺少英文逗号",
        Some("表写成 { n = 6, unit = \"months\", from = \"signed\" }。"),
    ),
    ("extra comma", "逗号多了", None),
    (
        "unexpected key or value",
        "一行里有多余的内容",
        Some("每个 `键 = 值` 单独一行；逗号、引号用英文的。"),
    ),
    (
        "unexpected content",
        "此处有多余的内容",
        Some("逗号、引号、括号用英文的。"),
    ),
    ("unexpected leading zero", "整数不能以 0 开头", None),
    ("integer number overflowed", "整数过大", None),
    (
        "cannot extend value",
        "这个键已经有值，不能再作为表使用",
        None,
    ),
    (
        "missing escaped value",
        "反斜杠 \\ 后面的字符不能转义",
        Some("要写反斜杠本身，写成 \\\\。"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_reader_says_in_english_is_said_in_chinese() {
        for (start, chinese, _) in SAYINGS {
            assert_eq!(
                say(start, "").0,
                *chinese,
                "a saying hides behind an earlier one: {start}"
            );
        }
        assert_eq!(say("something new", "x").0, "此处不符合 TOML 写法：`x`");
    }
}
