//! Where the boxes and arrows of the whole-process chart stand. Pure: only numbers, no words and no colours.
//!
//! Stages are lanes, one below the other. In a lane a step stands in the column of its longest way from the
//! beginning of the stage, so that parallel branches stand above each other. An arrow that passes over a column
//! has a place of its own there, so that it never runs through a box.

/// A step: the steps of the same lane that must be done before, by their position.
#[derive(Debug, Clone, Default)]
pub struct StepIn {
    /// Positions of predecessors in the lane; others are left out by the caller.
    pub after: Vec<usize>,
}

/// A stage.
#[derive(Debug, Clone, Default)]
pub struct LaneIn {
    /// Its steps in the order of the pack.
    pub steps: Vec<StepIn>,
    /// The lane whose end opens it.
    pub opened_by: Option<usize>,
}

/// Sizes in the units of the drawing.
#[derive(Debug, Clone, Copy)]
pub struct Metrics {
    /// Width of the gutter at the left, where stages are joined.
    pub gutter: i32,
    /// Width of the box of a stage.
    pub head_width: i32,
    /// Least height of the box of a stage.
    pub head_height: i32,
    /// Width of the box of a step.
    pub width: i32,
    /// Height of the box of a step.
    pub height: i32,
    /// Distance between columns.
    pub column_gap: i32,
    /// Distance between boxes above each other.
    pub row_gap: i32,
    /// Distance between lanes.
    pub lane_gap: i32,
    /// Distance of the boxes from the border of their lane.
    pub pad: i32,
}

impl Metrics {
    /// For a screen.
    pub const SCREEN: Metrics = Metrics {
        gutter: 34,
        head_width: 168,
        head_height: 96,
        width: 176,
        height: 60,
        column_gap: 30,
        row_gap: 10,
        lane_gap: 14,
        pad: 12,
    };
    /// For a sheet of A4, where the whole chart must be as narrow as can be read.
    pub const SHEET: Metrics = Metrics {
        gutter: 26,
        head_width: 126,
        head_height: 96,
        width: 148,
        height: 60,
        column_gap: 16,
        row_gap: 8,
        lane_gap: 10,
        pad: 8,
    };
}

/// A box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

impl Rect {
    fn middle(&self) -> i32 {
        self.y + self.height / 2
    }

    fn right(&self) -> i32 {
        self.x + self.width
    }

    /// Whether two boxes share an inner point.
    #[cfg(test)]
    fn meets(&self, other: &Rect) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

/// A stage with its steps, placed.
#[derive(Debug, Clone)]
pub struct Lane {
    /// The whole lane.
    pub area: Rect,
    /// The box of the stage at its left.
    pub head: Rect,
    /// Its steps, in the order given.
    pub steps: Vec<Rect>,
    /// Arrows between its steps.
    pub arrows: Vec<Arrow>,
}

/// An arrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// From which step (or stage, between stages).
    pub from: usize,
    /// To which.
    pub to: usize,
    /// Points that it passes; between two of them it runs level at first and at last.
    pub points: Vec<(i32, i32)>,
}

/// The whole chart.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Lanes from top to bottom.
    pub lanes: Vec<Lane>,
    /// Arrows from stage to stage in the gutter.
    pub spines: Vec<Arrow>,
}

/// Places everything.
pub fn layout(lanes: &[LaneIn], metrics: &Metrics) -> Layout {
    let grids: Vec<Grid> = lanes.iter().map(|lane| Grid::of(lane, metrics)).collect();
    let columns = grids
        .iter()
        .map(|grid| grid.columns.len())
        .max()
        .unwrap_or_default()
        .max(1) as i32;
    let width = metrics.gutter
        + metrics.head_width
        + metrics.pad
        + columns * (metrics.width + metrics.column_gap)
        - metrics.column_gap
        + metrics.pad;
    let mut top = 0;
    let mut placed = Vec::with_capacity(lanes.len());
    for grid in &grids {
        let lane = grid.place(top, width, metrics);
        top += lane.area.height + metrics.lane_gap;
        placed.push(lane);
    }
    let height = (top - metrics.lane_gap).max(0);
    let spines = spines(lanes, &placed, metrics);
    Layout {
        width,
        height,
        lanes: placed,
        spines,
    }
}

/// What stands in a column: a step, or an arrow that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Step(usize),
    /// The edge with this position.
    Pass(usize),
}

/// A lane before it has its place.
struct Grid {
    /// Cells of each column from top to bottom, with the middle of each.
    columns: Vec<Vec<(Cell, i32)>>,
    edges: Vec<(usize, usize)>,
    layers: Vec<usize>,
    height: i32,
}

/// Height of the place where an arrow passes a column.
const PASS: i32 = 8;

impl Grid {
    fn of(lane: &LaneIn, metrics: &Metrics) -> Grid {
        let layers = layers(lane);
        let edges = edges(lane);
        let mut grid = Grid {
            columns: columns(&layers, &edges),
            edges,
            layers,
            height: 0,
        };
        grid.order();
        grid.set_rows(metrics);
        grid
    }

    /// Neighbours of a cell in the column at its left or right.
    fn neighbours(&self, cell: Cell, column: usize, to_the_left: bool) -> Vec<Cell> {
        let crossing = |&(at, &(from, to)): &(usize, &(usize, usize))| match cell {
            Cell::Step(step) if to_the_left => to == step,
            Cell::Step(step) => from == step,
            Cell::Pass(edge) => edge == at,
        };
        let beside = |(at, &(from, to)): (usize, &(usize, usize))| {
            if to_the_left {
                if self.layers[from] + 1 == column {
                    Cell::Step(from)
                } else {
                    Cell::Pass(at)
                }
            } else if self.layers[to] == column + 1 {
                Cell::Step(to)
            } else {
                Cell::Pass(at)
            }
        };
        self.edges
            .iter()
            .enumerate()
            .filter(crossing)
            .map(beside)
            .collect()
    }

    /// Sorts each column by the mean place of what stands before, so that few arrows cross.
    fn order(&mut self) {
        for column in 1..self.columns.len() {
            let before = self.columns[column - 1].clone();
            let place = |cell: Cell| {
                before
                    .iter()
                    .position(|(other, _)| *other == cell)
                    .unwrap_or_default()
            };
            let mut keyed: Vec<(usize, (Cell, i32))> = Vec::new();
            for (at, entry) in self.columns[column].iter().enumerate() {
                let beside = self.neighbours(entry.0, column, true);
                let sum: usize = beside.iter().map(|cell| place(*cell) * 1000).sum();
                let mean = if beside.is_empty() {
                    at * 1000
                } else {
                    sum / beside.len()
                };
                keyed.push((mean, *entry));
            }
            keyed.sort_by_key(|(mean, _)| *mean);
            self.columns[column] = keyed.into_iter().map(|(_, entry)| entry).collect();
        }
    }

    /// From the fullest column to both sides, each cell as near as can be to the middle of its neighbours.
    fn set_rows(&mut self, metrics: &Metrics) {
        let tall = |column: &Vec<(Cell, i32)>| {
            column
                .iter()
                .map(|(cell, _)| size(*cell, metrics))
                .sum::<i32>()
        };
        self.height = metrics.head_height;
        let Some(fullest) = (0..self.columns.len())
            .rev()
            .max_by_key(|at| tall(&self.columns[*at]))
        else {
            return;
        };
        self.settle(fullest, None, metrics);
        for column in fullest + 1..self.columns.len() {
            self.settle(column, Some(true), metrics);
        }
        for column in (0..fullest).rev() {
            self.settle(column, Some(false), metrics);
        }
        let cells = || self.columns.iter().flatten();
        let top = cells()
            .map(|(cell, middle)| middle - size(*cell, metrics) / 2)
            .min()
            .unwrap_or_default();
        let bottom = cells()
            .map(|(cell, middle)| middle + size(*cell, metrics) / 2)
            .max()
            .unwrap_or_default();
        for (_, middle) in self.columns.iter_mut().flatten() {
            *middle -= top;
        }
        self.height = (bottom - top - metrics.row_gap).max(metrics.head_height);
    }

    fn settle(&mut self, column: usize, to_the_left: Option<bool>, metrics: &Metrics) {
        let mut free = None;
        let wanted: Vec<Option<i32>> = self.columns[column]
            .iter()
            .map(|(cell, _)| {
                let side = to_the_left?;
                let beside = self.neighbours(*cell, column, side);
                let other = if side {
                    column.checked_sub(1)?
                } else {
                    column + 1
                };
                let middles: Vec<i32> = beside
                    .iter()
                    .filter_map(|cell| self.middle(other, *cell))
                    .collect();
                (!middles.is_empty()).then(|| middles.iter().sum::<i32>() / middles.len() as i32)
            })
            .collect();
        for (entry, wanted) in self.columns[column].iter_mut().zip(wanted) {
            let half = size(entry.0, metrics) / 2;
            let least = free.map(|free: i32| free + half);
            let middle = match (wanted, least) {
                (Some(wanted), Some(least)) => wanted.max(least),
                (wanted, least) => wanted.or(least).unwrap_or(half),
            };
            entry.1 = middle;
            free = Some(middle + half);
        }
    }

    fn middle(&self, column: usize, cell: Cell) -> Option<i32> {
        self.columns
            .get(column)?
            .iter()
            .find(|(other, _)| *other == cell)
            .map(|(_, middle)| *middle)
    }

    fn place(&self, top: i32, width: i32, metrics: &Metrics) -> Lane {
        let height = self.height + 2 * metrics.pad;
        let area = Rect {
            x: metrics.gutter,
            y: top,
            width: width - metrics.gutter,
            height,
        };
        let head = Rect {
            x: metrics.gutter,
            y: top,
            width: metrics.head_width,
            height,
        };
        let left = metrics.gutter + metrics.head_width + metrics.pad;
        let x_of = |column: usize| left + column as i32 * (metrics.width + metrics.column_gap);
        let tall = self
            .columns
            .iter()
            .flatten()
            .map(|(cell, middle)| middle + size(*cell, metrics) / 2)
            .max();
        let spare = (self.height + metrics.row_gap - tall.unwrap_or_default()) / 2;
        let y_of = |middle: i32| top + metrics.pad + spare + middle - metrics.row_gap / 2;
        let step = |step: usize| {
            let column = self.layers[step];
            let middle = self.middle(column, Cell::Step(step)).unwrap_or_default();
            let y = y_of(middle) - metrics.height / 2;
            Rect {
                x: x_of(column),
                y,
                width: metrics.width,
                height: metrics.height,
            }
        };
        let steps: Vec<Rect> = (0..self.layers.len()).map(step).collect();
        let arrow = |(at, &(from, to)): (usize, &(usize, usize))| {
            let mut points = vec![(steps[from].right(), steps[from].middle())];
            for column in self.layers[from] + 1..self.layers[to] {
                let y = y_of(self.middle(column, Cell::Pass(at)).unwrap_or_default());
                points.push((x_of(column), y));
                points.push((x_of(column) + metrics.width, y));
            }
            points.push((steps[to].x, steps[to].middle()));
            Arrow { from, to, points }
        };
        let arrows = self.edges.iter().enumerate().map(arrow).collect();
        Lane {
            area,
            head,
            steps,
            arrows,
        }
    }
}

fn size(cell: Cell, metrics: &Metrics) -> i32 {
    match cell {
        Cell::Step(_) => metrics.height + metrics.row_gap,
        Cell::Pass(_) => PASS + metrics.row_gap,
    }
}

/// The column of each step: the length of the longest way to it.
fn layers(lane: &LaneIn) -> Vec<usize> {
    let mut layers = vec![0; lane.steps.len()];
    // A pack has no cycles, so that as many rounds as steps are enough; if it had, the rounds end all the same.
    for _ in 0..lane.steps.len() {
        for (at, step) in lane.steps.iter().enumerate() {
            let before = step
                .after
                .iter()
                .filter_map(|before| layers.get(*before))
                .max();
            layers[at] = before.map_or(0, |layer| (layer + 1).min(lane.steps.len() - 1));
        }
    }
    layers
}

fn edges(lane: &LaneIn) -> Vec<(usize, usize)> {
    let known = |before: &&usize| **before < lane.steps.len();
    let of = |(to, step): (usize, &StepIn)| {
        step.after
            .iter()
            .filter(known)
            .map(|from| (*from, to))
            .collect::<Vec<_>>()
    };
    lane.steps.iter().enumerate().flat_map(of).collect()
}

/// Cells of each column in the order of the pack.
fn columns(layers: &[usize], edges: &[(usize, usize)]) -> Vec<Vec<(Cell, i32)>> {
    let count = layers.iter().max().map_or(0, |layer| layer + 1);
    let mut columns = vec![Vec::new(); count];
    for (step, layer) in layers.iter().enumerate() {
        columns[*layer].push((Cell::Step(step), 0));
    }
    for (at, (from, to)) in edges.iter().enumerate() {
        for column in columns.iter_mut().take(layers[*to]).skip(layers[*from] + 1) {
            column.push((Cell::Pass(at), 0));
        }
    }
    columns
}

/// Arrows from the stage that opens another to it, each source in its own place of the gutter.
fn spines(lanes: &[LaneIn], placed: &[Lane], metrics: &Metrics) -> Vec<Arrow> {
    let mut sources: Vec<usize> = lanes.iter().filter_map(|lane| lane.opened_by).collect();
    sources.sort_unstable();
    sources.dedup();
    let distance = metrics.gutter / (sources.len() as i32 + 1).max(2);
    let arrow = |(to, lane): (usize, &LaneIn)| {
        let from = lane.opened_by?;
        let place = sources.iter().position(|source| *source == from)? as i32;
        let (source, target) = (placed.get(from)?.head, placed.get(to)?.head);
        let x = metrics.gutter - distance * (place + 1);
        let (leaves, enters) = (source.middle() + 10, target.middle() - 10);
        Some(Arrow {
            from,
            to,
            points: vec![
                (source.x, leaves),
                (x, leaves),
                (x, enters),
                (target.x, enters),
            ],
        })
    };
    lanes.iter().enumerate().filter_map(arrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(after: &[&[usize]], opened_by: Option<usize>) -> LaneIn {
        LaneIn {
            steps: after
                .iter()
                .map(|after| StepIn {
                    after: after.to_vec(),
                })
                .collect(),
            opened_by,
        }
    }

    /// The four stages of 6411, as the pack orders them.
    fn stages() -> Vec<LaneIn> {
        vec![
            lane(
                &[&[], &[0], &[0], &[1], &[1], &[2], &[2], &[2, 4], &[3, 5, 7]],
                None,
            ),
            lane(&[&[], &[0], &[1]], Some(0)),
            lane(
                &[
                    &[],
                    &[0],
                    &[1],
                    &[1],
                    &[1],
                    &[1],
                    &[1],
                    &[2, 3, 4, 5, 6],
                    &[7],
                    &[],
                ],
                Some(0),
            ),
            lane(&[&[], &[0], &[1], &[2], &[3]], Some(2)),
        ]
    }

    fn charts() -> [Layout; 2] {
        [
            layout(&stages(), &Metrics::SCREEN),
            layout(&stages(), &Metrics::SHEET),
        ]
    }

    #[test]
    fn no_two_boxes_overlap() {
        for chart in charts() {
            let boxes: Vec<Rect> = chart
                .lanes
                .iter()
                .flat_map(|lane| lane.steps.iter().copied().chain([lane.head]))
                .collect();
            for (at, one) in boxes.iter().enumerate() {
                for other in &boxes[at + 1..] {
                    assert!(!one.meets(other), "{one:?} meets {other:?}");
                }
            }
        }
    }

    #[test]
    fn every_box_stands_inside_its_lane_and_lanes_do_not_touch() {
        for chart in charts() {
            for lane in &chart.lanes {
                for step in &lane.steps {
                    assert!(
                        step.x >= lane.head.right() && step.right() <= lane.area.right(),
                        "{step:?}"
                    );
                    assert!(
                        step.y >= lane.area.y
                            && step.y + step.height <= lane.area.y + lane.area.height,
                        "{step:?}"
                    );
                }
            }
            for pair in chart.lanes.windows(2) {
                assert!(pair[0].area.y + pair[0].area.height < pair[1].area.y);
            }
            let last = chart
                .lanes
                .last()
                .map(|lane| lane.area.y + lane.area.height);
            assert_eq!(last, Some(chart.height));
        }
    }

    #[test]
    fn steps_in_parallel_stand_in_one_column_and_what_joins_them_behind() {
        let chart = layout(&stages(), &Metrics::SCREEN);
        let acceptance = &chart.lanes[2].steps;
        let column = acceptance[2].x;
        assert!(acceptance[2..=6].iter().all(|step| step.x == column));
        assert!(acceptance[7].x > column);
        assert!(acceptance[1].x < column);
        assert_eq!(
            acceptance[7].middle(),
            acceptance[4].middle(),
            "the join stands in the middle of what it joins"
        );
    }

    #[test]
    fn arrows_run_to_the_right_and_through_no_box() {
        for chart in charts() {
            for lane in &chart.lanes {
                for arrow in &lane.arrows {
                    assert!(
                        arrow.points.windows(2).all(|pair| pair[0].0 < pair[1].0),
                        "{arrow:?}"
                    );
                    for level in arrow.points[1..arrow.points.len() - 1].chunks(2) {
                        let (x, y) = level[0];
                        let path = Rect {
                            x,
                            y: y - 1,
                            width: level[1].0 - x,
                            height: 2,
                        };
                        assert!(
                            lane.steps.iter().all(|step| !step.meets(&path)),
                            "{arrow:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn stages_opened_by_the_same_end_are_joined_to_it_both() {
        let chart = layout(&stages(), &Metrics::SCREEN);
        let joined: Vec<(usize, usize)> = chart
            .spines
            .iter()
            .map(|spine| (spine.from, spine.to))
            .collect();
        assert_eq!(joined, [(0, 1), (0, 2), (2, 3)]);
        for spine in &chart.spines {
            assert!(
                spine
                    .points
                    .iter()
                    .all(|(x, _)| *x > 0 && *x <= Metrics::SCREEN.gutter)
            );
        }
    }

    #[test]
    fn a_stage_without_steps_has_its_box_alone() {
        let chart = layout(&[lane(&[], None)], &Metrics::SCREEN);
        assert_eq!(chart.lanes.len(), 1);
        assert!(chart.height >= Metrics::SCREEN.head_height);
    }
}
