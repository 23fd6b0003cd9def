//! The command line as a whole: its commands, and the Chinese dress of the help.

use std::ffi::OsString;

use clap::builder::styling::Styles;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches, Parser};

use crate::commands::Task;

/// What the command line says.
#[derive(Debug, Parser)]
#[command(
    name = "luodi",
    bin_name = "luodi",
    version,
    about = "落地：招商引资项目全生命周期管理",
    after_help = "每个命令的用法：luodi <命令> --help\n第一次使用：luodi demo 建立一套样例并打开网页服务。",
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub task: Task,
}

/// Reads the command line.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches_from(with_help_as_option(args))?;
    Cli::from_arg_matches(&matches)
}

/// The command line with its help in Chinese.
pub fn command() -> Command {
    dress(Cli::command().styles(Styles::plain()), "luodi")
}

/// `luodi help due` means `luodi due --help`.
fn with_help_as_option(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_some_and(|arg| arg == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

/// Replaces every word that the parser would say in English.
fn dress(command: Command, path: &str) -> Command {
    let command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_value_name("命令")
        .mut_args(dress_arg)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help("显示帮助"),
        );
    let command = match command.get_version() {
        Some(_) => command.arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("显示版本"),
        ),
        None => command,
    };
    let command = command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        dress(sub, &path)
    });
    let usage = usage_line(&command, path);
    let template = template(&command);
    command.override_usage(usage).help_template(template)
}

/// Default, choices and environment variable stand in the help text, not in English brackets behind it.
fn dress_arg(arg: Arg) -> Arg {
    let notes = notes(&arg);
    let takes_values = arg.get_action().takes_values();
    let arg = arg.hide_env(true);
    let arg = match takes_values {
        true => arg.hide_default_value(true).hide_possible_values(true),
        false => arg,
    };
    if notes.is_empty() {
        return arg;
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    arg.help(format!("{help}（{}）", notes.join("；")))
}

fn notes(arg: &Arg) -> Vec<String> {
    let mut notes = Vec::new();
    if arg.get_action().takes_values() {
        let possible = arg.get_possible_values();
        let choices: Vec<&str> = possible.iter().map(|value| value.get_name()).collect();
        if !choices.is_empty() {
            notes.push(format!("可选：{}", choices.join("、")));
        }
        let defaults = arg
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy());
        let defaults: Vec<_> = defaults.filter(|value| !value.is_empty()).collect();
        if !defaults.is_empty() {
            notes.push(format!("默认：{}", defaults.join(" ")));
        }
    }
    if let Some(variable) = arg.get_env() {
        notes.push(format!("环境变量：{}", variable.to_string_lossy()));
    }
    notes
}

fn usage_line(command: &Command, path: &str) -> String {
    let drawn = command
        .clone()
        .bin_name(path.to_owned())
        .render_usage()
        .to_string();
    let line = drawn.strip_prefix("Usage: ").unwrap_or(&drawn);
    line.replace("[OPTIONS]", "[选项]")
}

fn template(command: &Command) -> String {
    let mut template = "{about-with-newline}\n用法：{usage}".to_owned();
    let mut part = |heading: &str, tag: &str| {
        template.push_str(&format!("\n\n{heading}：\n{{{tag}}}"));
    };
    if command.has_subcommands() {
        part("命令", "subcommands");
    }
    if command.get_positionals().next().is_some() {
        part("参数", "positionals");
    }
    part("选项", "options");
    template.push_str("{after-help}");
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helps(command: &mut Command, all: &mut Vec<String>) {
        all.push(command.render_help().to_string());
        let names: Vec<String> = command
            .get_subcommands()
            .map(|sub| sub.get_name().to_owned())
            .collect();
        for name in names {
            if let Some(sub) = command.find_subcommand_mut(&name) {
                helps(sub, all);
            }
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn the_help_reads_as_it_should() {
        let mut all = Vec::new();
        helps(&mut command().term_width(100), &mut all);
        insta::assert_snapshot!(all.join("\n\n────────\n\n"));
    }

    #[test]
    fn no_help_says_anything_in_english() {
        let mut all = Vec::new();
        helps(&mut command(), &mut all);
        let english = [
            "Usage",
            "Options",
            "Commands",
            "Arguments",
            "OPTIONS",
            "COMMAND",
            "default",
            "possible",
            "env:",
            "Print",
            "[aliases",
        ];
        for help in &all {
            for word in english {
                assert!(!help.contains(word), "{word} stands in:\n{help}");
            }
        }
        assert!(all.len() > 3);
    }

    #[test]
    fn every_option_says_what_it_is_for() {
        fn check(command: &Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for arg in command.get_arguments() {
                assert!(
                    arg.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    arg.get_id()
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }
}
