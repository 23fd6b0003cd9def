//! Saying things on the terminal: text, tables, JSON.

use std::io::{IsTerminal, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::failure::{Answer, Failure};

/// Says it on the standard output. A reader that has gone away (`| head`) is no error.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
    let _ = out.flush();
}

/// Says it on the error output.
pub fn complain(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "{}", text.trim_end());
}

/// Says it as JSON.
pub fn say_json<T: Serialize>(value: &T) -> Answer {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::because(format!("结果无法写成 JSON：{error}。")))?;
    say(&text);
    Ok(())
}

/// Whether messages on the error output may be coloured.
pub fn coloured() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// A table with its columns in line, Chinese characters two cells wide.
pub fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heading.iter().map(|cell| cell.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let heading: Vec<String> = heading.iter().map(|&cell| cell.to_owned()).collect();
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    let lines = [&heading, &rule].into_iter().chain(rows);
    lines.map(|cells| line(cells, &widths)).collect()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_cells() {
        let drawn = table(
            &["单位", "数"],
            &[
                vec!["市发改委".into(), "1".into()],
                vec!["甲".into(), "12".into()],
            ],
        );
        assert_eq!(
            drawn,
            "单位      数\n────────  ──\n市发改委  1\n甲        12\n"
        );
    }
}
