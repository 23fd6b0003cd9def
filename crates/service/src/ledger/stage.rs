//! The stage in free words, as public lists give it: 签约, 第四批开工动员, 当年签约、当年开工, 拟3月底签约.

/// Endings that say which milestone was reached; longer ones first.
const ENDINGS: [(&str, &str); 8] = [
    ("签约落地", "signed"),
    ("正式签约", "signed"),
    ("签约", "signed"),
    ("开工动员", "started"),
    ("开工", "started"),
    ("竣工", "completed"),
    ("投产", "in_production"),
    ("过会", "approved"),
];

/// Words that make a part speak of something that did not happen, or of a part of the project.
const OTHERWISE: [&str; 14] = [
    "拟", "未", "待", "即将", "计划", "预计", "前期", "意向", "框架", "在谈", "试", "一期", "二期",
    "三期",
];

/// A milestone that the words say was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Milestone id.
    pub(super) milestone: &'static str,
    /// Whether the day beside the stage is the milestone's day.
    pub(super) dated: bool,
    /// Words that stand in for a day, in the stage's own brackets: 签约(2015年2月).
    pub(super) day_words: Option<String>,
}

/// What the stage says.
pub(super) fn read_stage(text: &str) -> Vec<Said> {
    let (text, brackets) = split_brackets(text);
    let parts: Vec<&str> = text
        .split(['、', ',', '，', ';', '；'])
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .collect();
    let alone = parts.len() == 1;
    let said = parts.iter().filter_map(|part| read_part(part, alone));
    said.map(|(milestone, dated)| Said {
        milestone,
        dated: dated && brackets.is_none(),
        day_words: brackets.clone(),
    })
    .collect()
}

fn read_part(part: &str, alone: bool) -> Option<(&'static str, bool)> {
    if OTHERWISE.iter().any(|word| part.contains(word)) {
        return None;
    }
    let (front, milestone) = ENDINGS
        .iter()
        .find_map(|(ending, id)| Some((part.strip_suffix(ending)?, *id)))?;
    // 签约, 已签约; 2024年第二批开工动员 is one event on one day; 前三批开工, 当年开工 are not.
    let one_event =
        matches!(front, "" | "已" | "集中") || (front.contains('第') && front.ends_with('批'));
    Some((milestone, alone && one_event && front != "已"))
}

/// The text without its brackets, and what stood in them.
fn split_brackets(text: &str) -> (String, Option<String>) {
    let Some(open) = text.find(['(', '（']) else {
        return (text.to_owned(), None);
    };
    let (front, rest) = text.split_at(open);
    let Some(close) = rest.find([')', '）']) else {
        return (text.to_owned(), None);
    };
    let inner: String = rest[..close].chars().skip(1).collect();
    let after: String = rest[close..].chars().skip(1).collect();
    (format!("{front}{after}"), Some(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_of_real_lists_say_no_more_than_they_say() {
        let dated = |milestone| vec![(milestone, true)];
        let cases = [
            ("签约", dated("signed")),
            ("签约落地", dated("signed")),
            ("开工", dated("started")),
            ("竣工", dated("completed")),
            ("投产", dated("in_production")),
            ("第四批开工动员", dated("started")),
            ("2024年第二批开工动员", dated("started")),
            ("已签约", vec![("signed", false)]),
            ("签约(2015年2月)", vec![("signed", false)]),
            ("前三批开工,建设中", vec![("started", false)]),
            (
                "当年签约、当年开工",
                vec![("signed", false), ("started", false)],
            ),
            ("拟3月底签约", vec![]),
            ("拟投资", vec![]),
            ("在谈", vec![]),
            ("框架协议", vec![]),
            ("一期投产(2008年),二期在建", vec![]),
            ("施工设计完成,待开工许可", vec![]),
            ("省重大前期工作项目", vec![]),
            ("设备安装完成,试产", vec![]),
            ("地块强夯完成,即将开工", vec![]),
        ];
        for (text, expected) in cases {
            let said: Vec<_> = read_stage(text)
                .into_iter()
                .map(|said| (said.milestone, said.dated))
                .collect();
            assert_eq!(said, expected, "{text}");
        }
        assert_eq!(
            read_stage("签约(2015年2月)")[0].day_words.as_deref(),
            Some("2015年2月")
        );
    }
}
