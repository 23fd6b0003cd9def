//! Official documents: who issues them to whom, which figures they rest on, what they say.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Frequency, MatterParty, PackFile, SelectionDef, SpanDef};

/// 定期报送或印发的公文。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentDef {
    /// 标识，如 `half-year-bulletin`。
    pub id: String,
    /// 名称。
    pub title: String,
    /// 种类：决定取哪些数据、用哪个模板。
    pub kind: DocumentKind,
    /// 印发或报送周期。
    pub frequency: Frequency,
    /// 由哪个角色拟制；督办单可写 `matter.issuer`（签发单位），会议纪要可写 `meeting.holder`（筹备单位）。
    pub issued_by: String,
    /// 主送哪些角色；督办单可写 `matter.lead`、`matter.supporting`，会议纪要可写 `meeting.members`。
    pub sent_to: Vec<String>,
    /// 发文机关标识、落款用的机关名称；缺省为拟制单位。
    #[serde(default)]
    pub signed_as: Option<String>,
    /// 发文字号中的机关代字，如 潭招商办；督办单用事项自己的编号，不写。
    #[serde(default)]
    pub code: Option<String>,
    /// 期末之后多久之内完成。
    #[serde(default)]
    pub due: Option<SpanDef>,
    /// 数字和正文与哪一个公文相同；写了就不再写 figure 和 section。
    #[serde(default)]
    pub like: Option<String>,
    /// 公文所依据的数字；每个数字打开就是所计的项目、事项或会议。
    #[serde(default)]
    pub figure: Vec<FigureDef>,
    /// 正文，逐段。
    #[serde(default)]
    pub section: Vec<SectionDef>,
    /// 条款。
    pub clause: String,
    /// 原文。
    pub text: String,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 公文的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 交办函，一个项目一份。
    AssignmentLetter,
    /// 通报、月报、季报：一个报告期一份，数字和正文写在 figure 和 section。
    Bulletin,
    /// 督办单，事项包中有表样（sheet）的事项一件一份。
    Order,
    /// 会议纪要，一次会议一份。
    Minutes,
}

impl DocumentKind {
    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            DocumentKind::AssignmentLetter => "交办函",
            DocumentKind::Bulletin => "通报",
            DocumentKind::Order => "督办单",
            DocumentKind::Minutes => "会议纪要",
        }
    }

    /// Words that stand where other documents name a role.
    pub fn parties(self) -> &'static [&'static str] {
        match self {
            DocumentKind::AssignmentLetter | DocumentKind::Bulletin => &[],
            DocumentKind::Order => &["matter.issuer", "matter.lead", "matter.supporting"],
            DocumentKind::Minutes => &["meeting.holder", "meeting.members"],
        }
    }
}

/// 签发单位, 承办单位 … where a word names a party of a matter or a meeting, and no role.
pub fn party_title(word: &str) -> Option<&'static str> {
    match word {
        "meeting.holder" => Some("筹备单位"),
        "meeting.members" => Some("参加单位"),
        word => MatterParty::parse(word).map(MatterParty::title),
    }
}

/// 公文中的一个数字：计哪些项目、事项或会议，三者写一个。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureDef {
    /// 标识，在本公文内唯一；正文用 `{标识}` 引用。
    pub id: String,
    /// 名称，可以写 `{period}`。
    pub title: String,
    /// 计项目：条件与报表的 projects 相同。
    #[serde(default)]
    pub projects: Option<SelectionDef>,
    /// 项目总投资至少多少亿元。
    #[serde(default)]
    #[schemars(range(min = 1, max = 100_000))]
    pub at_least_yi: Option<u32>,
    /// 计事项。
    #[serde(default)]
    pub matters: Option<MatterCountDef>,
    /// 计报告期内召开的会议。
    #[serde(default)]
    pub meetings: Option<MeetingCountDef>,
    /// 文件未写明之处的取法和理由。
    #[serde(default)]
    pub because: Option<String>,
}

/// 计哪些事项。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterCountDef {
    /// 事项的类别，按事项包的标识；不写则为全部。
    #[serde(default)]
    pub kinds: Vec<String>,
    /// 只计由会议决定而来的。
    #[serde(default)]
    pub from_meetings: bool,
    /// 计哪一种情况。
    pub count: MatterCount,
}

/// 事项的情况，以期末为准。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatterCount {
    /// 报告期内签发。
    Issued,
    /// 报告期内销号。
    Closed,
    /// 报告期内销号，且在时限之内报结。
    ClosedInTime,
    /// 期末已过时限而尚未报结。
    Overdue,
    /// 期末尚未销号。
    Open,
}

impl MatterCount {
    /// 中文名称。
    pub fn title(self) -> &'static str {
        match self {
            MatterCount::Issued => "报告期内签发",
            MatterCount::Closed => "报告期内销号",
            MatterCount::ClosedInTime => "报告期内销号且按时报结",
            MatterCount::Overdue => "期末逾期未报结",
            MatterCount::Open => "期末尚未销号",
        }
    }
}

/// 计哪些会议。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingCountDef {
    /// 会议的类别，按事项包的标识；不写则为全部。
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// 正文的一段。可用的词：`{region}`、`{period}`、`{start}`、`{end}`、`{late_reports}`，以及各数字的 `{标识}`（N个、总投资X亿元；
/// N件；N次）、`{标识.count}`、`{标识.sum}`、`{标识.by_unit}`、`{标识.by_kind}`、`{标识.list}`。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionDef {
    /// 小标题，如 一、总体情况；接上一段的不写。
    #[serde(default)]
    pub heading: Option<String>,
    /// 正文；换行即另起一段。
    pub text: String,
    /// 只在这个数字不为零（或 `late_reports` 有单位）时写这一段。
    #[serde(default)]
    pub when: Option<String>,
    /// `when` 不满足时改写什么；不写则整段略去。
    #[serde(default)]
    pub otherwise: Option<String>,
}

/// The figures and the text of a document.
#[derive(Debug, Clone, Copy)]
pub struct DocumentText<'a> {
    /// Figures.
    pub figures: &'a [FigureDef],
    /// Sections.
    pub sections: &'a [SectionDef],
}

impl DocumentText<'_> {
    /// Whether the text asks for a word, so that it need not be found out otherwise.
    pub fn asks_for(&self, word: &str) -> bool {
        let braced = format!("{{{word}}}");
        self.sections.iter().any(|section| {
            let texts = [Some(&section.text), section.otherwise.as_ref()];
            let written = texts
                .into_iter()
                .flatten()
                .any(|text| text.contains(&braced));
            written || section.when.as_deref() == Some(word)
        })
    }
}

impl PackFile {
    /// The figures and the text of a document: its own, or those of the one that it is like.
    pub fn text_of<'a>(&'a self, document: &'a DocumentDef) -> DocumentText<'a> {
        let like = document.like.as_ref();
        let other = like.and_then(|id| self.document.iter().find(|def| def.id == *id));
        let def = other.unwrap_or(document);
        DocumentText {
            figures: &def.figure,
            sections: &def.section,
        }
    }
}

/// Words of a text that stand for something other than a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentWord {
    /// 地区名称.
    Region,
    /// 2025年上半年.
    Period,
    /// First day.
    Start,
    /// Last day.
    End,
    /// Units whose reports are late.
    LateReports,
}

impl DocumentWord {
    /// All, as they are written.
    pub const ALL: [(&'static str, DocumentWord); 5] = [
        ("region", DocumentWord::Region),
        ("period", DocumentWord::Period),
        ("start", DocumentWord::Start),
        ("end", DocumentWord::End),
        ("late_reports", DocumentWord::LateReports),
    ];
}

/// What of a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// N个、总投资X亿元.
    Whole,
    /// N.
    Count,
    /// X亿元.
    Sum,
    /// 单位N个、X亿元；….
    ByUnit,
    /// 类别N件、….
    ByKind,
    /// Names.
    List,
}

impl Aspect {
    /// All that are written behind a dot.
    pub const ALL: [(&'static str, Aspect); 5] = [
        ("count", Aspect::Count),
        ("sum", Aspect::Sum),
        ("by_unit", Aspect::ByUnit),
        ("by_kind", Aspect::ByKind),
        ("list", Aspect::List),
    ];
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPart<'a> {
    /// As it is.
    Words(&'a str),
    /// What stands in braces, with its place in the text.
    Placeholder(&'a str, Range<usize>),
    /// A brace without its other half.
    Stray(Range<usize>),
}

/// What a placeholder means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// A word that every document has.
    Word(DocumentWord),
    /// A figure.
    Figure(&'a str, Aspect),
}

/// What a placeholder means; nothing when the aspect behind the dot is none.
pub fn meaning(placeholder: &str) -> Option<Meaning<'_>> {
    let word = DocumentWord::ALL
        .iter()
        .find(|(word, _)| *word == placeholder);
    if let Some((_, word)) = word {
        return Some(Meaning::Word(*word));
    }
    let Some((figure, aspect)) = placeholder.split_once('.') else {
        return Some(Meaning::Figure(placeholder, Aspect::Whole));
    };
    let known = Aspect::ALL.iter().find(|(word, _)| *word == aspect)?;
    Some(Meaning::Figure(figure, known.1))
}

/// The pieces of a text, in order.
pub fn text_parts(text: &str) -> Vec<TextPart<'_>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(brace) = rest.find(['{', '}']) else {
            parts.push(TextPart::Words(rest));
            break;
        };
        let (before, from) = rest.split_at(brace);
        if !before.is_empty() {
            parts.push(TextPart::Words(before));
        }
        let start = at + brace;
        let inside = from.strip_prefix('{').and_then(|from| {
            let end = from.find(['{', '}', '\n'])?;
            from.get(end..)?
                .starts_with('}')
                .then(|| from.split_at(end).0)
        });
        match inside {
            Some(inside) => {
                at = start + inside.len() + 2;
                parts.push(TextPart::Placeholder(inside, start..at));
            }
            None => {
                at = start + 1;
                parts.push(TextPart::Stray(start..at));
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_words_and_placeholders_in_order() {
        let placeholder = |word, range| TextPart::Placeholder(word, range);
        assert_eq!(
            text_parts("截至{end}，{signed.sum}。"),
            [
                TextPart::Words("截至"),
                placeholder("end", 6..11),
                TextPart::Words("，"),
                placeholder("signed.sum", 14..26),
                TextPart::Words("。"),
            ]
        );
        assert_eq!(
            text_parts("{a{b}}"),
            [
                TextPart::Stray(0..1),
                TextPart::Words("a"),
                placeholder("b", 2..5),
                TextPart::Stray(5..6),
            ]
        );
        assert_eq!(text_parts(""), []);
    }

    #[test]
    fn a_placeholder_is_a_word_a_figure_or_an_aspect_of_one() {
        assert_eq!(meaning("end"), Some(Meaning::Word(DocumentWord::End)));
        let sum = Meaning::Figure("signed", Aspect::Sum);
        assert_eq!(meaning("signed.sum"), Some(sum));
        assert_eq!(meaning("signed.total"), None);
    }
}
