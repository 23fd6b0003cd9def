//! What is wrong with a command line, in Chinese.

use std::error::Error as _;
use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::output;

/// Exit code for a command line that cannot be understood.
pub const WRONG_USAGE: u8 = 2;

/// Shows help and version as asked, and everything else as an error.
pub fn tell(error: &Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::say(&error.to_string());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::complain(&error.to_string());
            ExitCode::from(WRONG_USAGE)
        }
        _ => {
            output::complain(&message(error));
            ExitCode::from(WRONG_USAGE)
        }
    }
}

/// The message: what is wrong, the nearest right word, where to read on.
fn message(error: &Error) -> String {
    let mut lines = vec![format!("错误：{}", problem(error))];
    lines.extend(suggestion(error).map(|nearest| format!("办法：是不是想写 {nearest}？")));
    lines.push("查看用法：在命令后加 --help。".to_owned());
    lines.join("\n")
}

fn problem(error: &Error) -> String {
    let arg = one(error, ContextKind::InvalidArg);
    let value = one(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”。", one(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("没有选项或参数“{arg}”。"),
        ErrorKind::MissingSubcommand => {
            format!(
                "没有写命令。可用的命令：{}。",
                all(error, ContextKind::ValidSubcommand)
            )
        }
        ErrorKind::MissingRequiredArgument => {
            format!(
                "缺少必需的选项或参数：{}。",
                all(error, ContextKind::InvalidArg)
            )
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} 后面没有写值。"),
        ErrorKind::InvalidValue => format!(
            "{arg} 不能是“{value}”。可以写：{}。",
            all(error, ContextKind::ValidValue)
        ),
        ErrorKind::ValueValidation => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{arg} 的值“{value}”无效：{why}")
        }
        ErrorKind::ArgumentConflict => {
            let other = all(error, ContextKind::PriorArg);
            if other.is_empty() || other == arg {
                format!("{arg} 只能写一次。")
            } else {
                format!("{arg} 不能和 {other} 一起使用。")
            }
        }
        ErrorKind::TooManyValues => format!("{arg} 的值太多，多出“{value}”。"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{arg} 的值个数不对。")
        }
        ErrorKind::NoEquals => format!("{arg} 的值要用等号连接。"),
        ErrorKind::InvalidUtf8 => "命令行里有不是 UTF-8 的文字。".to_owned(),
        _ => "命令行无法识别。".to_owned(),
    }
}

/// The nearest word that would be right.
fn suggestion(error: &Error) -> Option<String> {
    let kinds = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    kinds
        .into_iter()
        .map(|kind| all(error, kind))
        .find(|word| !word.is_empty())
}

fn one(error: &Error, kind: ContextKind) -> String {
    all(error, kind)
}

fn all(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(word)) => word.clone(),
        Some(ContextValue::Strings(words)) => words.join("、"),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    fn told(line: &str) -> String {
        let words = line.split(' ').map(std::ffi::OsString::from);
        message(&cli::parse(words).expect_err("the line is wrong"))
    }

    #[test]
    fn a_misspelt_command_and_a_misspelt_option_get_the_nearest_one() {
        let command = told("luodi poliyc");
        assert!(command.contains("没有命令“poliyc”"), "{command}");
        assert!(command.contains("policy"), "{command}");
        let option = told("luodi due --fron 2024-08-31");
        assert!(option.contains("没有选项或参数“--fron”"), "{option}");
        assert!(option.contains("--from"), "{option}");
    }

    #[test]
    fn a_missing_option_and_a_missing_value_are_named() {
        let missing = told("luodi due --from 2024-08-31");
        assert!(
            missing.contains("缺少必需的选项或参数：--limit"),
            "{missing}"
        );
        let valueless = told("luodi due --from");
        assert!(
            valueless.contains("--from <日期> 后面没有写值"),
            "{valueless}"
        );
    }

    #[test]
    fn an_impossible_day_says_why_it_is_none() {
        let told = told("luodi due --from 2025-02-31 --limit 1年");
        assert!(told.contains("2025年2月只有 28 天，没有 31 日"), "{told}");
    }

    #[test]
    fn nothing_is_said_in_english() {
        for line in [
            "luodi due --from",
            "luodi nothing",
            "luodi due --json --json --from 2025-01-01 --limit 1年",
        ] {
            let told = told(line);
            for word in ["error", "tip", "Usage", "required", "argument"] {
                assert!(!told.contains(word), "{told}");
            }
        }
    }
}
