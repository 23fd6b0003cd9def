//! Names as they are compared when duplicates are looked for.

use super::text::half_width;

/// Endings that say what a name is, not whose it is; longer ones first.
const ENDINGS: [&str; 13] = [
    "有限责任公司",
    "股份有限公司",
    "有限合伙企业",
    "有限合伙",
    "合伙企业",
    "有限责任",
    "有限公司",
    "建设项目",
    "控股",
    "集团",
    "股份",
    "公司",
    "项目",
];

/// The form of a name under which duplicates meet: widths, letter case, spaces, brackets and quotes do not count, nor
/// do endings such as 有限公司 or 项目. A province or city in front stays, for it tells namesakes apart.
///
/// ```
/// use domain::values::normalise_name;
///
/// assert_eq!(normalise_name("样例（湖北）光电 有限责任公司"), normalise_name("样例(湖北)光电有限公司"));
/// assert_ne!(normalise_name("湖北样例光电有限公司"), normalise_name("湖南样例光电有限公司"));
/// ```
pub fn normalise_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(half_width)
        .filter(|c| c.is_alphanumeric() || matches!(c, '+' | '.' | '#' | '%'))
        .flat_map(char::to_lowercase)
        .collect();
    without_endings(&plain).to_owned()
}

fn without_endings(name: &str) -> &str {
    let shorter = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    match shorter {
        // A name that is nothing but an ending keeps it.
        Some(rest) if !rest.is_empty() => without_endings(rest),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_the_same_become_equal() {
        let same = [
            ("样例光电有限公司", "样例光电有限责任公司"),
            ("样例光电股份有限公司", "样例光电"),
            ("样例集团有限公司", "样例集团"),
            ("年产10万吨样例材料项目", "年产１０万吨 样例材料 建设项目"),
            ("“样例”·光电LED项目", "样例光电led"),
            ("台样（福建）玻璃", "台样(福建)玻璃"),
            ("样例新能源（集团）股份有限公司", "样例新能源集团"),
            ("样例新能源集团控股有限公司", "样例新能源"),
            (
                "样例【湖南】生物〔药业〕有限公司",
                "样例湖南生物药业有限责任公司",
            ),
            ("ＳＡＭＰＬＥ　Ｔｅｃｈ 有限公司", "Sample Tech"),
            ("样例产业基金合伙企业（有限合伙）", "样例产业基金"),
            ("样例 · 储能 \u{3000}项目", "样例储能"),
            ("样例机电有限公司 ", "样例机电"),
        ];
        for (one, other) in same {
            assert_eq!(
                normalise_name(one),
                normalise_name(other),
                "{one} / {other}"
            );
        }
    }

    #[test]
    fn names_that_differ_stay_apart() {
        let apart = [
            ("湖北样例光电有限公司", "样例光电有限公司"),
            ("样例项目一期", "样例项目二期"),
            ("年产1.5万吨样例", "年产15万吨样例"),
            ("项目", "公司"),
            ("样例机电（湖南）有限公司", "样例机电（湖北）有限公司"),
            ("样例机电有限公司湘潭分公司", "样例机电有限公司"),
            ("样例新能源一公司", "样例新能源二公司"),
        ];
        for (one, other) in apart {
            assert_ne!(
                normalise_name(one),
                normalise_name(other),
                "{one} / {other}"
            );
        }
    }
}
