//! Controls of forms as data, and reading them back: dates, sums, numbers, choices, each with its message.

use calendar::{Day, parse_day};
use domain::event::EventId;
use domain::values::{MoneyUnit, Yuan, parse_amount};

use crate::form::Fields;

/// What a field looks like.
#[derive(Debug, Clone)]
pub enum Control {
    /// One line: text, date, month, number, tel.
    Line(&'static str),
    /// Several lines.
    Area,
    /// One of a list: value and words.
    Select(Vec<(String, String)>),
    /// One of a few, all in sight.
    Radio(Vec<(String, String)>),
    /// Files: accepted types.
    Files(&'static str),
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// Name.
    pub name: String,
    /// Label.
    pub label: String,
    /// Looks.
    pub control: Control,
    /// What stands in it.
    pub value: String,
    /// Message at it.
    pub error: String,
    /// Advice under it.
    pub hint: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// Unit behind it.
    pub unit: &'static str,
}

/// Pictures and PDFs, and the office files that desks use.
pub const ANY_FILE: &str = "image/*,.pdf,.doc,.docx,.xls,.xlsx,.wps,.et,.ofd";
/// What a camera gives, or a scan.
pub const PICTURES: &str = "image/*,.pdf";

impl FieldView {
    fn new(label: &str, name: impl Into<String>, control: Control) -> FieldView {
        FieldView {
            name: name.into(),
            label: label.into(),
            control,
            value: String::new(),
            error: String::new(),
            hint: String::new(),
            required: false,
            unit: "",
        }
    }

    /// One line of text.
    pub fn text(label: &str, name: impl Into<String>) -> FieldView {
        FieldView::new(label, name, Control::Line("text"))
    }

    /// A day.
    pub fn day(label: &str, name: impl Into<String>) -> FieldView {
        FieldView::new(label, name, Control::Line("date"))
    }

    /// A month.
    pub fn month(label: &str, name: impl Into<String>) -> FieldView {
        FieldView::new(label, name, Control::Line("month"))
    }

    /// A number.
    pub fn number(label: &str, name: impl Into<String>, unit: &'static str) -> FieldView {
        FieldView {
            unit,
            ..FieldView::new(label, name, Control::Line("number"))
        }
    }

    /// A sum of money, in 万元 unless another unit is written.
    pub fn money(label: &str, name: impl Into<String>) -> FieldView {
        FieldView {
            unit: "万元",
            ..FieldView::new(label, name, Control::Line("text"))
        }
        .hint("可直接填数字（按万元），也可写“1.2亿元”“500万元”")
    }

    /// Several lines of text.
    pub fn area(label: &str, name: impl Into<String>) -> FieldView {
        FieldView::new(label, name, Control::Area)
    }

    /// One of a list.
    pub fn select(
        label: &str,
        name: impl Into<String>,
        choices: Vec<(String, String)>,
    ) -> FieldView {
        FieldView::new(label, name, Control::Select(choices))
    }

    /// One of a few.
    pub fn radio(label: &str, name: impl Into<String>, choices: &[(&str, &str)]) -> FieldView {
        let choices = choices
            .iter()
            .map(|(value, words)| (value.to_string(), words.to_string()))
            .collect();
        FieldView::new(label, name, Control::Radio(choices))
    }

    /// Files.
    pub fn files(label: &str, name: impl Into<String>, accept: &'static str) -> FieldView {
        FieldView::new(label, name, Control::Files(accept))
            .hint("可一次选择多个；图片、PDF 或 Office 文件，每个不超过 20 MB")
    }

    /// Must be filled in.
    pub fn must(mut self) -> FieldView {
        self.required = true;
        self
    }

    /// What stands in it at first.
    pub fn holding(mut self, value: impl ToString) -> FieldView {
        self.value = value.to_string();
        self
    }

    /// Advice under it.
    pub fn hint(mut self, hint: impl Into<String>) -> FieldView {
        self.hint = hint.into();
        self
    }
}

/// Puts what was typed back into the fields, and messages at them.
pub fn refill(fields: &mut [FieldView], typed: &Fields, errors: &[(String, String)]) {
    for field in fields {
        if !matches!(field.control, Control::Files(_)) && !typed.all(&field.name).is_empty() {
            field.value = typed.get(&field.name).to_string();
        }
        if let Some((_, message)) = errors.iter().find(|(name, _)| *name == field.name) {
            field.error = message.clone();
        }
    }
}

/// Messages for fields that are not on the form.
pub fn homeless(fields: &[FieldView], errors: &[(String, String)]) -> Vec<String> {
    let home = |name: &String| fields.iter().any(|field| field.name == *name);
    errors
        .iter()
        .filter(|(name, _)| !home(name))
        .map(|(_, message)| message.clone())
        .collect()
}

/// Reads fields and collects what is wrong with them.
pub struct Reader<'f> {
    fields: &'f Fields,
    /// Field and message.
    pub errors: Vec<(String, String)>,
}

impl<'f> Reader<'f> {
    /// Of a form.
    pub fn new(fields: &'f Fields) -> Reader<'f> {
        Reader {
            fields,
            errors: Vec::new(),
        }
    }

    /// Notes a message at a field.
    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push((name.to_string(), message.into()));
    }

    /// Text, empty when absent.
    pub fn text(&self, name: &str) -> String {
        self.fields.get(name).to_string()
    }

    /// Text that must be there.
    pub fn wanted(&mut self, name: &str, label: &str) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.wrong(name, format!("请填写{label}"));
        }
        text
    }

    /// A choice that must be made.
    pub fn chosen(&mut self, name: &str, label: &str) -> String {
        let text = self.text(name);
        if text.is_empty() {
            self.wrong(name, format!("请选择{label}"));
        }
        text
    }

    /// Text, none when empty.
    pub fn some(&self, name: &str) -> Option<String> {
        self.fields.some(name).map(str::to_string)
    }

    /// A day, none when empty.
    pub fn day(&mut self, name: &str) -> Option<Day> {
        match parse_day(self.fields.some(name)?) {
            Ok(day) => Some(day),
            Err(error) => {
                self.wrong(name, error.to_string());
                None
            }
        }
    }

    /// A day that must be there; any day when it is not, since the errors stop what follows.
    pub fn wanted_day(&mut self, name: &str, label: &str) -> Day {
        if self.fields.some(name).is_none() {
            self.wrong(name, format!("请填写{label}，例如 2025-07-30"));
        }
        self.day(name).unwrap_or(Day::ZERO)
    }

    /// A sum, none when empty.
    pub fn money(&mut self, name: &str) -> Option<Yuan> {
        self.money_in(name, MoneyUnit::Wan)
    }

    /// A sum whose bare numbers count in `unit`.
    pub fn money_in(&mut self, name: &str, unit: MoneyUnit) -> Option<Yuan> {
        match parse_amount(self.fields.some(name)?, unit) {
            Ok(amount) => Some(amount.yuan),
            Err(error) => {
                self.wrong(name, error.to_string());
                None
            }
        }
    }

    /// A number of days that must be there.
    pub fn days(&mut self, name: &str, label: &str) -> u16 {
        let text = self.text(name);
        match text.parse() {
            Ok(days) if days > 0 => days,
            _ => {
                self.wrong(
                    name,
                    format!("{label}要填大于 0 的整数天数，现在是“{text}”"),
                );
                0
            }
        }
    }

    /// One of two words that must be chosen.
    pub fn yes(&mut self, name: &str, label: &str) -> bool {
        self.chosen(name, label) == "yes"
    }

    /// A fact's number.
    pub fn fact(&mut self, name: &str) -> EventId {
        let number = self.text(name).parse();
        if number.is_err() {
            self.wrong(name, "没有指明是哪一条记录，请从项目页面重新打开");
        }
        EventId(number.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_at_its_field() {
        let fields = Fields::parse("on=2025-02-31&sum=三百&days=0".as_bytes());
        let mut reader = Reader::new(&fields);
        assert_eq!(reader.day("on"), None);
        assert_eq!(reader.money("sum"), None);
        assert_eq!(reader.days("days", "延期天数"), 0);
        reader.wanted("reason", "理由");
        let names: Vec<&str> = reader
            .errors
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["on", "sum", "days", "reason"]);
    }

    #[test]
    fn what_was_typed_comes_back_into_the_form() {
        let typed = Fields::parse("reason=雨季停工".as_bytes());
        let mut fields = vec![
            FieldView::area("理由", "reason"),
            FieldView::number("天数", "days", "天").holding(30),
        ];
        refill(
            &mut fields,
            &typed,
            &[
                ("days".into(), "太长".into()),
                ("other".into(), "别处".into()),
            ],
        );
        assert_eq!(fields[0].value, "雨季停工");
        assert_eq!(
            (fields[1].value.as_str(), fields[1].error.as_str()),
            ("30", "太长")
        );
        assert_eq!(
            homeless(&fields, &[("other".into(), "别处".into())]),
            ["别处"]
        );
    }
}
