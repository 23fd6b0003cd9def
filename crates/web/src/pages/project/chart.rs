//! The whole-process chart (全流程图, QJ-12) as shapes and words, from the track.

use domain::track::Light;
use domain::view::{NodeView, TrackView};

use super::layout::{Arrow, LaneIn, Layout, Metrics, Rect, StepIn, layout};

/// The chart of a project.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Width of the drawing.
    pub width: i32,
    /// Height of the drawing.
    pub height: i32,
    /// What a reader hears in place of the picture.
    pub label: String,
    /// Stages.
    pub lanes: Vec<LaneShape>,
    /// Arrows between stages.
    pub spines: Vec<ArrowShape>,
}

/// A stage with its steps.
#[derive(Debug, Clone)]
pub struct LaneShape {
    /// Background.
    pub area: Rect,
    /// Box of the stage.
    pub head: BoxShape,
    /// Steps.
    pub steps: Vec<BoxShape>,
    /// Arrows between steps.
    pub arrows: Vec<ArrowShape>,
}

/// A box with its words.
#[derive(Debug, Clone)]
pub struct BoxShape {
    /// Where.
    pub area: Rect,
    /// Address of its particulars.
    pub href: String,
    /// grey, blue, yellow, red or green.
    pub light: &'static str,
    /// Where the shape of the light stands.
    pub mark: (i32, i32),
    /// Everything in one sentence.
    pub title: String,
    /// Lines of words.
    pub lines: Vec<Line>,
    /// May be left out by the project.
    pub optional: bool,
}

/// A line of words.
#[derive(Debug, Clone)]
pub struct Line {
    /// Left.
    pub x: i32,
    /// Base line.
    pub y: i32,
    /// name, state or date.
    pub kind: &'static str,
    /// Words.
    pub text: String,
}

/// An arrow.
#[derive(Debug, Clone)]
pub struct ArrowShape {
    /// SVG path.
    pub path: String,
    /// Whether what it starts from is done.
    pub passed: bool,
}

/// Draws the chart of a track.
pub fn chart(track: &TrackView, metrics: &Metrics) -> Chart {
    let lanes: Vec<LaneIn> = track
        .stages
        .iter()
        .map(|stage| lane_in(track, stage))
        .collect();
    let placed = layout(&lanes, metrics);
    let Layout { width, height, .. } = placed;
    let shapes = track
        .stages
        .iter()
        .zip(&placed.lanes)
        .map(|(stage, lane)| LaneShape {
            area: lane.area,
            head: head_shape(track, stage, lane.head, metrics),
            steps: stage
                .steps
                .iter()
                .zip(&lane.steps)
                .map(|(step, area)| step_shape(step, *area))
                .collect(),
            arrows: lane
                .arrows
                .iter()
                .map(|arrow| arrow_shape(arrow, is_over(stage.steps.get(arrow.from))))
                .collect(),
        });
    let spines = placed.spines.iter().map(|spine| ArrowShape {
        path: corners(&spine.points),
        passed: is_over(track.stages.get(spine.from)),
    });
    Chart {
        width,
        height,
        label: label(track),
        lanes: shapes.collect(),
        spines: spines.collect(),
    }
}

fn lane_in(track: &TrackView, stage: &NodeView) -> LaneIn {
    let position = |id: &String| stage.steps.iter().position(|step| step.id == *id);
    let steps = stage.steps.iter().map(|step| StepIn {
        after: step.after.iter().filter_map(position).collect(),
    });
    let anchor = stage.anchor.as_ref().map(|anchor| &anchor.id);
    let opener = anchor.or(stage.opened_by.as_ref().map(|opener| &opener.id));
    let opens = |other: &NodeView| {
        let end = other.ends_with.as_ref().map(|end| &end.id);
        opener.is_some_and(|opener| end == Some(opener) || *opener == other.id)
    };
    LaneIn {
        steps: steps.collect(),
        opened_by: track
            .stages
            .iter()
            .position(|other| other.id != stage.id && opens(other)),
    }
}

fn is_over(node: Option<&NodeView>) -> bool {
    node.is_some_and(|node| node.done_on.is_some() || node.waived_on.is_some())
}

/// The drawing in words, for those who hear it.
fn label(track: &TrackView) -> String {
    let stages: Vec<String> = track
        .stages
        .iter()
        .map(|stage| format!("{}：{}", stage.title, stage.light_text))
        .collect();
    format!("全流程图。{}。各环节的情况见图后明细。", stages.join("；"))
}

/// Names of lights as the styles have them.
pub fn light_name(light: Light) -> &'static str {
    match light {
        Light::Grey => "grey",
        Light::Green => "green",
        Light::Blue => "blue",
        Light::Yellow => "yellow",
        Light::Red => "red",
    }
}

/// 到期 2025-07-30 星期三, 完成 2025-07-21, 时限未规定.
pub fn date_line(node: &NodeView) -> String {
    if let Some(done) = node.done_on {
        return format!("{done} 完成");
    }
    if let Some(waived) = node.waived_on {
        return format!("{waived} 确认不涉及");
    }
    if let Some(line) = timeless_line(node) {
        return line;
    }
    match (node.due, &node.due_weekday) {
        (Some(due), _) if node.projected => format!("预计 {due} 到期"),
        (Some(due), Some(weekday)) => format!("{due} {weekday} 到期"),
        (Some(due), None) => format!("{due} 到期"),
        (None, _) => match &node.limit {
            Some(limit) => format!("时限 {limit}"),
            None => "文件未定时限".to_string(),
        },
    }
}

/// What a node of a stage without limit says in place of a due day.
fn timeless_line(node: &NodeView) -> Option<String> {
    if let Some(since) = node.held_since {
        return Some(format!("{since} 转出"));
    }
    if let (Some(opened), Some(days)) = (node.opened_on, node.days_in) {
        return Some(match days {
            0 => format!("{opened} 进入，今天"),
            days => format!("{opened} 进入，已 {days} 天"),
        });
    }
    let is_gate = node.gate.is_some() || !node.approvals.is_empty() || node.by_assignment;
    match (node.branch, is_gate) {
        (true, _) => Some("由结论转入".to_string()),
        (false, true) => Some(gate_line(node)),
        (false, false) => None,
    }
}

/// What a gate that is not open yet will ask for.
fn gate_line(node: &NodeView) -> String {
    let levels = node.approvals.iter().map(|level| level.level).max();
    match levels {
        Some(levels) => format!("{levels} 级审核"),
        None if node.by_assignment => "下达任务清单".to_string(),
        None => "须作结论".to_string(),
    }
}

/// Short enough for a box: without weekday.
fn short_date_line(node: &NodeView) -> String {
    match (node.due, node.done_on.or(node.waived_on)) {
        (Some(due), None) if !node.projected => format!("{due} 到期"),
        _ => date_line(node),
    }
}

fn step_shape(step: &NodeView, area: Rect) -> BoxShape {
    let left = area.x + 10;
    let room = area.width - 18;
    let lines = vec![
        Line {
            x: left,
            y: area.y + 20,
            kind: "name",
            text: fit(&step.title, room, 13),
        },
        Line {
            x: left + 15,
            y: area.y + 37,
            kind: "state",
            text: fit(&state_line(step), room - 15, 12),
        },
        Line {
            x: left,
            y: area.y + 52,
            kind: "date",
            text: fit(&short_date_line(step), room, 11),
        },
    ];
    BoxShape {
        area,
        href: format!("#node-{}", step.id),
        light: light_name(step.light),
        mark: (left, area.y + 27),
        title: spoken(step),
        lines,
        optional: step.optional,
    }
}

/// Where a chain stands is more than that it runs.
fn state_line(step: &NodeView) -> String {
    let next: Vec<&str> = step
        .approvals
        .iter()
        .filter(|level| level.next)
        .map(|level| level.title.as_str())
        .collect();
    match next.is_empty() {
        true => step.light_text.clone(),
        false => format!("待{}", next.join("、")),
    }
}

fn head_shape(track: &TrackView, stage: &NodeView, area: Rect, metrics: &Metrics) -> BoxShape {
    let left = area.x + 12;
    let room = metrics.head_width - 22;
    let middle = area.y + area.height / 2;
    let mut lines = vec![
        Line {
            x: left,
            y: middle - 24,
            kind: "stage",
            text: fit(&stage.title, room, 14),
        },
        Line {
            x: left + 15,
            y: middle - 4,
            kind: "state",
            text: fit(&stage.light_text, room - 15, 12),
        },
        Line {
            x: left,
            y: middle + 14,
            kind: "date",
            text: fit(&short_date_line(stage), room, 11),
        },
    ];
    if let Some(limit) = &stage.limit {
        let from = stage
            .anchor
            .as_ref()
            .map(|anchor| format!("{}后", anchor.title))
            .unwrap_or_default();
        lines.push(Line {
            x: left,
            y: middle + 30,
            kind: "date",
            text: fit(&format!("{from}{limit}内"), room, 11),
        });
    }
    if let Some(line) = owner_line(stage) {
        lines.push(Line {
            x: left,
            y: middle + 30,
            kind: "date",
            text: fit(&line, room, 11),
        });
    }
    if let Some(beside) = beside(track, stage) {
        lines.push(Line {
            x: left,
            y: middle + 45,
            kind: "date",
            text: fit(&format!("与{beside}并行"), room, 11),
        });
    }
    BoxShape {
        area,
        href: format!("#node-{}", stage.id),
        light: light_name(stage.light),
        mark: (left, middle - 14),
        title: spoken(stage),
        lines,
        optional: false,
    }
}

/// Who owns a stage without limit; where a branch goes on.
fn owner_line(stage: &NodeView) -> Option<String> {
    if let Some(then) = &stage.then {
        return Some(format!("走完转“{}”", then.title));
    }
    (!stage.owner.is_empty()).then(|| format!("{}主管", stage.owner.join("、")))
}

/// Another stage that counts from the same end.
fn beside<'t>(track: &'t TrackView, stage: &NodeView) -> Option<&'t str> {
    let anchor = &stage.anchor.as_ref()?.id;
    let same = |other: &&NodeView| {
        other.id != stage.id && other.anchor.as_ref().is_some_and(|a| a.id == *anchor)
    };
    track
        .stages
        .iter()
        .find(same)
        .map(|other| other.title.trim_start_matches("项目"))
}

fn spoken(node: &NodeView) -> String {
    let units = node.units.join("、");
    format!(
        "{}：{}，{}。责任单位：{units}。",
        node.title,
        node.light_text,
        date_line(node)
    )
}

fn arrow_shape(arrow: &Arrow, passed: bool) -> ArrowShape {
    let mut path = String::new();
    for (at, (x, y)) in arrow.points.iter().enumerate() {
        match at
            .checked_sub(1)
            .and_then(|before| arrow.points.get(before))
        {
            None => path.push_str(&format!("M{x} {y}")),
            // A pass runs level through its column.
            Some((_, level)) if level == y => path.push_str(&format!(" L{x} {y}")),
            Some((from_x, from_y)) => {
                let bend = (x - from_x) / 2;
                path.push_str(&format!(
                    " C{} {from_y} {} {y} {x} {y}",
                    from_x + bend,
                    x - bend
                ));
            }
        }
    }
    ArrowShape { path, passed }
}

fn corners(points: &[(i32, i32)]) -> String {
    let step =
        |(at, (x, y)): (usize, &(i32, i32))| format!("{}{x} {y}", if at == 0 { "M" } else { " L" });
    points.iter().enumerate().map(step).collect()
}

/// Fits words into a width, first without their spaces, then cut; a Chinese character is as wide as the letters are
/// high, others about half of it.
fn fit(text: &str, room: i32, size: i32) -> String {
    let width = |c: char| if c.is_ascii() { size * 58 / 100 } else { size };
    let fits = |text: &str| text.chars().map(width).sum::<i32>() <= room;
    if fits(text) {
        return text.to_string();
    }
    let dense = text.replace(' ', "");
    if fits(&dense) {
        return dense;
    }
    let mut used = size;
    let kept = dense.chars().take_while(|c| {
        used += width(*c);
        used <= room
    });
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_to_the_width_of_their_box() {
        assert_eq!(fit("土地出让", 100, 13), "土地出让");
        assert_eq!(fit("省应急管理厅安全审查对接", 100, 13), "省应急管理厅…");
        assert_eq!(fit("2025-07-30 到期", 120, 11), "2025-07-30 到期");
        assert_eq!(fit("已完成（提前 9 天）", 105, 12), "已完成（提前9天）");
    }

    #[test]
    fn an_arrow_to_the_same_level_is_straight() {
        let arrow = Arrow {
            from: 0,
            to: 1,
            points: vec![(0, 10), (30, 10)],
        };
        assert_eq!(arrow_shape(&arrow, false).path, "M0 10 L30 10");
    }
}
