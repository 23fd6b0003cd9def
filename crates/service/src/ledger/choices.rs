//! Columns with a fixed list of answers: 产业类别, and the lists of form 4.

use policy::model::Sector;

use super::headings::half_width;

/// Code and label of each answer; a list without codes has empty ones.
pub(super) type Choices = [(&'static str, &'static str)];

pub(super) static CONTRACT_KINDS: &Choices = &[("", "合同"), ("", "协议")];
pub(super) static COOPERATION: &Choices = &[
    ("A", "合资"),
    ("B", "合作"),
    ("C", "独资"),
    ("D", "产、股权转让"),
    ("E", "其他"),
];
pub(super) static INVESTOR_KINDS: &Choices = &[
    ("A", "央企投资"),
    ("B", "民营企业投资"),
    ("C", "境外投资者投资"),
];
/// 产业类别 of form 4, another list than the one that decides the sector authority.
static FORM_4_SECTORS: &Choices = &[
    ("A", "工业制造业"),
    ("B", "能源与城市基础设施"),
    ("C", "农业产业化"),
    ("D", "第三产业及其他"),
];

/// Other words for the three categories.
const SECTOR_WORDS: [(&str, Sector); 13] = [
    ("工业", Sector::Industry),
    ("工业项目", Sector::Industry),
    ("制造业", Sector::Industry),
    ("第二产业", Sector::Industry),
    ("二产", Sector::Industry),
    ("服务业", Sector::Service),
    ("服务业项目", Sector::Service),
    ("现代服务业", Sector::Service),
    ("服务", Sector::Service),
    ("商贸业", Sector::Commerce),
    ("商贸业项目", Sector::Commerce),
    ("商贸", Sector::Commerce),
    ("商业", Sector::Commerce),
];

/// What a cell of 产业类别 says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SectorCell {
    /// One of the three.
    Sector(Sector),
    /// Form 4's 工业制造业: the category is clear, and the word is kept.
    Both(Sector, &'static str),
    /// Another answer of form 4, which does not say who is the sector authority.
    Form4(&'static str),
    /// Not on any list.
    Wrong(String),
}

/// Reads a cell of 产业类别.
pub(super) fn read_sector(text: &str) -> SectorCell {
    let word = bare(text);
    if let Some(sector) = Sector::parse(text.trim()) {
        return SectorCell::Sector(sector);
    }
    if let Some((_, sector)) = SECTOR_WORDS.iter().find(|(known, _)| *known == word) {
        return SectorCell::Sector(*sector);
    }
    match find(FORM_4_SECTORS, text) {
        Some("工业制造业") => SectorCell::Both(Sector::Industry, "工业制造业"),
        Some(label) => SectorCell::Form4(label),
        None => SectorCell::Wrong(format!(
            "“{text}”不是产业类别。请填写：工业、服务业、商贸业（或附件4的{}）。",
            allowed(FORM_4_SECTORS)
        )),
    }
}

/// Reads a cell with a fixed list of answers: the label of the answer.
///
/// # Errors
///
/// The reason, with the answers that are allowed.
pub(super) fn read_choice(
    choices: &Choices,
    title: &str,
    text: &str,
) -> Result<&'static str, String> {
    find(choices, text)
        .ok_or_else(|| format!("“{text}”不是{title}的选项。可填：{}。", allowed(choices)))
}

/// Reads 是 or 否.
///
/// # Errors
///
/// The reason, in words for the user.
pub(super) fn read_yes_no(text: &str) -> Result<bool, String> {
    let word = bare(text).to_lowercase();
    let one_of = |words: &[&str]| words.contains(&word.as_str());
    if one_of(&["是", "有", "y", "yes", "true", "√", "✓", "1"]) || word.starts_with('已') {
        return Ok(true);
    }
    if one_of(&["否", "无", "n", "no", "false", "×", "x", "0", "/", "-"])
        || word.starts_with(['未', '尚', '不'])
    {
        return Ok(false);
    }
    Err(format!("“{text}”不是“是”或“否”。请填写 是 或 否。"))
}

fn find(choices: &Choices, text: &str) -> Option<&'static str> {
    let word = bare(text);
    let is = |code: &str, label: &str| {
        let forms = [
            label.to_owned(),
            code.to_owned(),
            format!("{code}类"),
            format!("{code}{label}"),
            format!("{code}类{label}"),
        ];
        forms
            .iter()
            .any(|form| !form.is_empty() && bare(form) == word)
    };
    choices
        .iter()
        .find(|(code, label)| is(code, label))
        .map(|(_, label)| *label)
}

/// Without blanks, dashes and points, in half width and capitals: `A类—工业制造业` and `a.工业制造业` meet.
fn bare(text: &str) -> String {
    let kept =
        |c: &char| !c.is_whitespace() && !matches!(c, '—' | '–' | '.' | ':' | '、' | '(' | ')');
    let plain: String = text.chars().map(half_width).filter(kept).collect();
    let plain = if plain.chars().count() > 1 {
        plain.replace('-', "")
    } else {
        plain
    };
    plain.to_ascii_uppercase()
}

fn allowed(choices: &Choices) -> String {
    let shown = choices.iter().map(|(code, label)| {
        if code.is_empty() {
            (*label).to_owned()
        } else {
            format!("{code} {label}")
        }
    });
    shown.collect::<Vec<_>>().join("，")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_categories_and_the_answers_of_form_4_are_told_apart() {
        let cases = [
            ("工业", SectorCell::Sector(Sector::Industry)),
            (" 服务业 ", SectorCell::Sector(Sector::Service)),
            ("商贸", SectorCell::Sector(Sector::Commerce)),
            ("industry", SectorCell::Sector(Sector::Industry)),
            ("矿业", SectorCell::Wrong(String::new())),
            ("A", SectorCell::Both(Sector::Industry, "工业制造业")),
            (
                "Ａ类—工业制造业",
                SectorCell::Both(Sector::Industry, "工业制造业"),
            ),
            ("d类", SectorCell::Form4("第三产业及其他")),
            ("农业产业化", SectorCell::Form4("农业产业化")),
        ];
        for (text, expected) in cases {
            match (read_sector(text), expected) {
                (SectorCell::Wrong(reason), SectorCell::Wrong(_)) => {
                    assert!(
                        reason.contains("工业、服务业、商贸业")
                            && reason.contains("D 第三产业及其他"),
                        "{reason}"
                    );
                }
                (read, expected) => assert_eq!(read, expected, "{text}"),
            }
        }
    }

    #[test]
    fn answers_are_known_by_code_label_or_both() {
        for text in [
            "C",
            "c",
            "独资",
            "C—独资",
            "C-独资",
            "C 独资",
            "C.独资",
            "Ｃ类",
        ] {
            assert_eq!(
                read_choice(COOPERATION, "合作方式", text),
                Ok("独资"),
                "{text}"
            );
        }
        assert_eq!(
            read_choice(COOPERATION, "合作方式", "产、股权转让"),
            Ok("产、股权转让")
        );
        assert_eq!(read_choice(CONTRACT_KINDS, "签约类型", "协议"), Ok("协议"));
        let reason = read_choice(COOPERATION, "合作方式", "F").unwrap_err();
        assert!(reason.contains("A 合资，B 合作，C 独资"), "{reason}");
        assert!(read_choice(CONTRACT_KINDS, "签约类型", "").is_err());
    }

    #[test]
    fn yes_and_no_are_known_in_many_forms() {
        for text in ["是", "√", "Y", "已开工", "有"] {
            assert_eq!(read_yes_no(text), Ok(true), "{text}");
        }
        for text in ["否", "×", "n", "未开工", "/", "-"] {
            assert_eq!(read_yes_no(text), Ok(false), "{text}");
        }
        assert!(read_yes_no("也许").unwrap_err().contains("是 或 否"));
    }
}
