//! Every building block of the pages on two pages of their own, which the browser tests open without the program. What
//! they open is kept in `e2e/fixtures/` and compared here with what the templates make; `LUODI_WRITE_FIXTURES=1`
//! writes it anew.

use askama::Template;

use crate::page::{Flash, NavItem, Page, PersonView, RegionView};

#[derive(Template)]
#[template(path = "style-guide.html")]
struct Guide {
    page: Page,
    rows: Vec<Row>,
    hosts: Vec<(String, String)>,
    host: String,
    nothing: String,
}

struct Row {
    number: &'static str,
    name: &'static str,
    company: &'static str,
    host: &'static str,
    industry: &'static str,
    amount: &'static str,
    stage: &'static str,
    light: &'static str,
    days: &'static str,
    due: &'static str,
}

#[derive(Template)]
#[template(path = "style-guide-plain.html")]
struct PlainGuide {
    page: Page,
}

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/fixtures");

fn region(id: &str, title: &str) -> RegionView {
    RegionView {
        id: id.into(),
        title: title.into(),
    }
}

fn entry(href: &str, icon: &'static str, label: &'static str, count: Option<u64>) -> NavItem {
    NavItem {
        href: href.into(),
        icon,
        label,
        active: href == "/projects",
        count,
    }
}

/// One row of each light, with names of every length.
#[rustfmt::skip]
fn rows() -> Vec<Row> {
    vec![
        Row { number: "QJ-2024-0017", name: "年产6万吨电子级化学品生产项目", company: "样例华材电子材料有限公司", host: "潜江高新区", industry: "光电子信息", amount: "23.50", stage: "项目筹备开工", light: "yellow", days: "剩余 12 天", due: "2025-08-11 周一" },
        Row { number: "QJ-2024-0021", name: "虾稻全产业链冷链物流园", company: "样例江汉冷链物流有限公司", host: "样例镇甲", industry: "现代农业", amount: "5.20", stage: "统计入库", light: "red", days: "逾期 3 天", due: "2025-07-27 周日" },
        Row { number: "QJ-2024-0033", name: "高端装备精密铸件二期", company: "样例楚科重工股份有限公司", host: "样例街道丙", industry: "装备制造", amount: "112.00", stage: "竣工投产", light: "blue", days: "剩余 186 天", due: "2026-02-01 周日" },
        Row { number: "QJ-2024-0040", name: "服装产业数字化柔性供应链基地", company: "样例云裳服饰科技有限公司", host: "样例镇乙", industry: "纺织服装", amount: "1.08", stage: "进规（限）", light: "green", days: "提前 21 天", due: "2025-06-30 周一" },
        Row { number: "QJ-2025-0002", name: "盐化工循环经济产业园基础设施", company: "样例盐化循环科技有限公司", host: "样例镇甲", industry: "现代化工", amount: "36.00", stage: "用地供应", light: "grey", days: "上一环节完成后起算", due: "—" },
    ]
}

fn frame() -> Page {
    Page {
        region: Some(region("qianjiang", "潜江市")),
        regions: vec![region("qianjiang", "潜江市"), region("daye", "大冶市")],
        person: Some(PersonView {
            name: "样例张一".into(),
            unit: "市招商服务中心".into(),
            role: "工作人员".into(),
        }),
        nav: vec![
            entry("/", "home", "工作台", Some(7)),
            entry("/projects", "table", "项目台账", None),
            entry("/alerts", "bell", "预警", Some(120)),
            entry("/imports", "upload", "台账导入", Some(0)),
            entry("/policies", "book", "政策", None),
            entry("/admin", "settings", "系统", None),
        ],
        csrf: "x".into(),
        sample: true,
        as_of: Some("2026-03-31".into()),
        today: "2026-05-06 星期三".into(),
        search: true,
        ..Page::plain("项目台账", flash("success", "已保存"))
    }
}

fn flash(kind: &'static str, text: &str) -> Vec<Flash> {
    vec![Flash {
        kind,
        text: text.into(),
    }]
}

/// Compares with the kept page, or keeps it anew.
fn is_kept(file: &str, page: &impl Template) {
    let path = format!("{FIXTURES}/{file}");
    let made = page.render().expect("the page");
    if std::env::var_os("LUODI_WRITE_FIXTURES").is_some() {
        std::fs::write(&path, &made).expect("the fixture is written");
    }
    let kept = std::fs::read_to_string(&path).expect("the fixture");
    for (line, (is, was)) in made.lines().zip(kept.lines()).enumerate() {
        assert_eq!(is, was, "line {} of {file}", line + 1);
    }
    assert_eq!(
        made.lines().count(),
        kept.lines().count(),
        "lines of {file}"
    );
}

#[test]
fn the_style_guide_is_the_one_that_browsers_are_tested_with() {
    let host = |id: &str, title: &str| (id.to_owned(), title.to_owned());
    let guide = Guide {
        page: frame(),
        rows: rows(),
        hosts: vec![host("jia", "样例镇甲"), host("gaoxin", "潜江高新区")],
        host: "gaoxin".into(),
        nothing: String::new(),
    };
    is_kept("style-guide.html", &guide);
}

#[test]
fn the_page_without_frame_is_the_one_that_browsers_are_tested_with() {
    let page = Page::plain("登录", flash("danger", "账号或密码不正确"));
    is_kept("sign-in.html", &PlainGuide { page });
}
