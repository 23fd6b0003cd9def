//! Figures, as a table and as JSON.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::output;

/// One figure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// With how many projects; 0 where it does not matter.
    pub projects: usize,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: Cow<'static, str>,
    /// What was asked for, where something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// All figures of a run.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// In the order of measuring.
    pub figures: Vec<Figure>,
}

impl Report {
    /// Adds a figure.
    pub fn add(
        &mut self,
        what: impl Into<String>,
        projects: usize,
        value: f64,
        unit: &'static str,
    ) {
        self.push(Figure {
            what: what.into(),
            projects,
            value,
            unit: unit.into(),
            target: None,
        });
    }

    /// Adds a figure with what was asked for.
    pub fn add_with_target(
        &mut self,
        what: impl Into<String>,
        projects: usize,
        value: f64,
        unit: &'static str,
        target: &str,
    ) {
        let target = Some(target.to_string());
        self.push(Figure {
            what: what.into(),
            projects,
            value,
            unit: unit.into(),
            target,
        });
    }

    /// Said at once: a run over a million projects takes long.
    fn push(&mut self, figure: Figure) {
        let (what, unit) = (&figure.what, &figure.unit);
        output::complain(&format!("{what}：{} {unit}", number(figure.value)));
        self.figures.push(figure);
    }

    /// One row for each figure, one column for each size.
    pub fn table(&self) -> String {
        let mut sizes: Vec<usize> = self
            .figures
            .iter()
            .map(|f| f.projects)
            .filter(|n| *n > 0)
            .collect();
        sizes.sort_unstable();
        sizes.dedup();
        let mut names: Vec<(&str, &str)> = Vec::new();
        for figure in &self.figures {
            if !names.contains(&(figure.what.as_str(), &*figure.unit)) {
                names.push((&figure.what, &figure.unit));
            }
        }
        let rows: Vec<Vec<String>> = names.iter().map(|name| self.row(*name, &sizes)).collect();
        let titles: Vec<String> = sizes.iter().map(|size| format!("{size} 个项目")).collect();
        let mut heading = vec!["测量项", "单位", "不分规模"];
        heading.extend(titles.iter().map(String::as_str));
        heading.push("要求");
        output::table(&heading, &rows)
    }

    fn row(&self, (what, unit): (&str, &str), sizes: &[usize]) -> Vec<String> {
        let figure = |size: usize| {
            self.figures
                .iter()
                .find(|f| f.what == what && f.unit == unit && f.projects == size)
        };
        let cell = |size: usize| figure(size).map_or_else(|| "—".to_string(), |f| number(f.value));
        let target = self.figures.iter().find_map(|f| {
            f.target
                .clone()
                .filter(|_| f.what == what && f.unit == unit)
        });
        let mut row = vec![what.to_string(), unit.to_string(), cell(0)];
        row.extend(sizes.iter().map(|size| cell(*size)));
        row.push(target.unwrap_or_default());
        row
    }
}

fn number(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 1.0 => format!("{v:.2}"),
        v => format!("{v:.3}"),
    }
}
