//! One row on its way to a candidate.

use std::collections::BTreeMap;

use calendar::Day;
use domain::values::{CreditCode, Yuan, mask_phone};
use office::{Cell, CellValue, TableRow};

use super::amounts::{AmountCell, read_amount, read_land};
use super::choices::{self, SectorCell, read_choice, read_sector, read_yes_no};
use super::columns::Column;
use super::contact::{Contact, doubt};
use super::days::{DayCell, read_day};
use super::headings::Field;
use super::map::{Candidate, Fault, LedgerContext};
use super::nodes::{Kind, Nodes};
use super::stage::read_stage;

/// Longest name of a project, in characters.
const LONGEST_NAME: usize = 200;
/// Characters of a cell that a fault repeats.
const LONGEST_VALUE: usize = 60;
/// Below this likeness a unit is not offered as "did you mean".
const LEAST_LIKENESS: f64 = 0.5;

/// A sum as it stands in one of the columns of a field.
struct AmountRead<'a> {
    column: &'a Column,
    text: String,
    cell: AmountCell,
}

/// A cell kept until the whole row is known.
struct Later<'a> {
    column: &'a Column,
    cell: Cell,
}

/// One row on its way to a candidate.
pub(super) struct Draft<'a> {
    context: &'a LedgerContext,
    columns: &'a [Column],
    candidate: Candidate,
    contact: Contact,
    nodes: Nodes,
    amounts: Vec<AmountRead<'a>>,
    stage: Option<Later<'a>>,
    stage_day: Option<Later<'a>>,
    progress: Option<Later<'a>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(context: &'a LedgerContext, columns: &'a [Column], line: u32) -> Self {
        Self {
            context,
            columns,
            candidate: Candidate {
                line,
                ..Candidate::default()
            },
            contact: Contact::default(),
            nodes: Nodes::default(),
            amounts: Vec::new(),
            stage: None,
            stage_day: None,
            progress: None,
        }
    }

    /// The row as a whole cannot be read.
    pub(super) fn fault_row(&mut self, reason: &str) {
        let line = self.candidate.line;
        let fault = Fault {
            line,
            column: None,
            heading: String::new(),
            value: String::new(),
            reason: reason.to_owned(),
        };
        self.candidate.faults.push(fault);
    }

    /// Reads all cells of the row.
    pub(super) fn read(&mut self, row: &TableRow) {
        for column in self.columns {
            match row.cells.get(column.index) {
                Some(cell) if !cell.is_empty() => self.read_cell(column, cell),
                _ => {}
            }
        }
        self.check_name();
        self.read_progress();
        self.read_stage();
        self.settle_amounts();
        for (column, reason) in self.nodes.faults(&self.context.milestones) {
            self.fault_at(column, row, reason);
        }
    }

    /// The candidate, with what is missing.
    pub(super) fn finish(mut self) -> Candidate {
        self.candidate.reached = self.nodes.reached(&self.context.milestones);
        self.candidate.missing = self.missing();
        self.candidate.contact_clear = Some(self.contact).filter(|contact| !contact.is_empty());
        self.candidate
            .faults
            .sort_by_key(|fault| fault.column.unwrap_or(usize::MAX));
        self.candidate
    }

    fn read_cell(&mut self, column: &'a Column, cell: &Cell) {
        if matches!(column.field, Field::WorkedOut(_)) {
            return;
        }
        match &cell.value {
            CellValue::Error(reason) => return self.fault(column, "", reason.clone()),
            CellValue::Formula { formula } => {
                let reason = "单元格是公式，文件里没有保存计算结果。请用 Excel 打开并保存，或改成数值后再导入。";
                return self.fault(column, &format!("={formula}"), reason.to_owned());
            }
            _ => {}
        }
        let text = cell.text().trim().to_owned();
        match &column.field {
            Field::Reached(id) => self.read_day(column, cell, id, Kind::Reached),
            Field::Claimed(id) => self.read_day(column, cell, id, Kind::Claimed),
            Field::Certified(id) => self.read_day(column, cell, id, Kind::Certified),
            Field::RecordedOn => self.read_recorded_on(column, cell),
            Field::Stage => self.stage = Some(self.keep_for_later(column, cell)),
            Field::StageDay => self.stage_day = Some(self.keep_for_later(column, cell)),
            Field::Progress => self.progress = Some(self.keep_for_later(column, cell)),
            Field::TotalInvestment | Field::IntroducedFunds | Field::FundsInPlace => {
                let cell = read_amount(&text, column.unit.as_ref());
                self.amounts.push(AmountRead { column, text, cell });
            }
            Field::YesNo { title, milestone } => {
                self.read_yes_no(column, &text, title, milestone.as_deref())
            }
            Field::Kept(title) => self.keep(title, &text),
            _ => self.read_text(column, text),
        }
    }

    fn read_text(&mut self, column: &'a Column, text: String) {
        let details = &mut self.candidate.details;
        match &column.field {
            Field::Number => self.candidate.number = Some(text),
            Field::Name => details.name = one_line(&text),
            Field::Company => self.candidate.company = Some(text),
            Field::Investor => details.investor = Some(text),
            Field::Enterprise => details.enterprise = Some(text),
            Field::Industry => details.industry = Some(text),
            Field::TotalInvestmentRaw => details.total_investment_raw = Some(text),
            Field::Location => details.location = Some(text),
            Field::Summary => details.summary = Some(text),
            Field::Source => details.source = Some(text),
            Field::RecordedBy => self.candidate.recorded_by = Some(text),
            Field::Contact => {
                let contact = Contact::split(&text);
                self.contact.name = contact.name;
                self.take_phone(column, contact.phone);
            }
            Field::ContactName => self.contact.name = text,
            Field::ContactPhone => self.take_phone(column, text),
            Field::CreditCode => self.read_credit_code(column, &text),
            Field::Sector => self.read_sector(column, &text),
            Field::Host => self.candidate.details.host = Some(self.units(column, &text)),
            Field::ReceivingUnit => {
                self.candidate.details.receiving_unit = Some(self.units(column, &text))
            }
            Field::Land => match read_land(&text) {
                Ok(land) => details.land_mu_hundredths = Some(land),
                Err(reason) => self.fault(column, &text, reason),
            },
            Field::ContractKind => self.read_choice(column, &text, choices::CONTRACT_KINDS),
            Field::Cooperation => self.read_choice(column, &text, choices::COOPERATION),
            Field::InvestorKind => self.read_choice(column, &text, choices::INVESTOR_KINDS),
            _ => {}
        }
    }

    fn check_name(&mut self) {
        let Some(column) = self
            .columns
            .iter()
            .find(|column| column.field == Field::Name)
        else {
            return;
        };
        let name = self.candidate.details.name.clone();
        if name.is_empty()
            && !self
                .candidate
                .faults
                .iter()
                .any(|fault| fault.column == Some(column.index))
        {
            self.fault(
                column,
                "",
                "项目名称没有填写。请补填；如果这一行不是项目，请删去整行。".to_owned(),
            );
        } else if name.chars().count() > LONGEST_NAME {
            self.fault(
                column,
                &name,
                format!("项目名称超过 {LONGEST_NAME} 字。请缩短，其余写在“项目基本情况”列。"),
            );
        }
    }

    fn take_phone(&mut self, column: &Column, phone: String) {
        let doubt = doubt(&phone);
        if !phone.contains('*') {
            self.contact.phone.clone_from(&phone);
        }
        if let Some(reason) = doubt {
            self.warn(column, &phone, reason);
        }
    }

    fn read_credit_code(&mut self, column: &Column, text: &str) {
        match CreditCode::parse(text) {
            Ok(code) => self.candidate.details.credit_code = Some(code),
            Err(error) => self.fault(column, text, error.to_string()),
        }
    }

    fn read_sector(&mut self, column: &Column, text: &str) {
        let (sector, label) = match read_sector(text) {
            SectorCell::Sector(sector) => (Some(sector), None),
            SectorCell::Both(sector, label) => (Some(sector), Some(label)),
            SectorCell::Form4(label) => (None, Some(label)),
            SectorCell::Wrong(reason) => return self.fault(column, text, reason),
        };
        self.candidate.details.sector = sector;
        if let Some(label) = label {
            self.keep("附件4产业类别", label);
        }
        if sector.is_none() {
            let reason =
                "附件4的这一类不能确定行业主管单位，产业类别暂缺。请补填：工业、服务业、商贸业。";
            self.warn(column, text, reason.to_owned());
        }
    }

    fn read_choice(&mut self, column: &Column, text: &str, choices: &choices::Choices) {
        let title = column.field.title(&[]);
        match read_choice(choices, &title, text) {
            Ok(label) => self.keep(&title, label),
            Err(reason) => self.fault(column, text, reason),
        }
    }

    fn read_yes_no(&mut self, column: &Column, text: &str, title: &str, milestone: Option<&str>) {
        match read_yes_no(text) {
            Ok(yes) => {
                self.keep(title, if yes { "是" } else { "否" });
                if let Some(milestone) = milestone {
                    self.nodes.take_yes_no(milestone, column.index, yes);
                }
            }
            Err(reason) => self.fault(column, text, reason),
        }
    }

    /// Units by the names under which they are known. An unknown one is kept as written, for the directory of units
    /// may be behind.
    fn units(&mut self, column: &Column, text: &str) -> String {
        let parts = text
            .split(['、', '；', ';', '，', ',', '\n'])
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let known: Vec<String> = parts.map(|part| self.unit(column, part)).collect();
        known.join("、")
    }

    fn unit(&mut self, column: &Column, name: &str) -> String {
        if let Some(known) = self.context.units.get(name) {
            return known.clone();
        }
        if !self.context.units.is_empty() {
            let nearest = nearest_unit(&self.context.units, name);
            let offer = nearest.map_or(String::new(), |unit| format!("是否应为“{unit}”？"));
            let region = &self.context.region;
            let reason = format!(
                "{region}的单位名录里没有“{name}”，已按原文保留。{offer}请核对名称，或先在单位名录里增加。"
            );
            self.warn(column, name, reason);
        }
        name.to_owned()
    }

    fn read_day(&mut self, column: &Column, cell: &Cell, id: &str, kind: Kind) {
        let read = read_day(cell);
        self.keep_words(column, &read);
        match self.nodes.take(id, kind, column, read, self.context.today) {
            Ok(None) => {}
            Ok(Some(reason)) => self.warn(column, &cell.text(), reason),
            Err(reason) => self.fault(column, &cell.text(), reason),
        }
    }

    fn read_recorded_on(&mut self, column: &Column, cell: &Cell) {
        let read = read_day(cell);
        self.keep_words(column, &read);
        match read {
            DayCell::On(day) if day > self.context.today => {
                let today = self.context.today;
                self.fault(
                    column,
                    &cell.text(),
                    format!("登记日期 {day} 晚于今天（{today}）。请核对。"),
                );
            }
            DayCell::On(day) => self.candidate.recorded_on = Some(day),
            DayCell::Wrong(reason) => self.fault(column, &cell.text(), reason),
            DayCell::Vague(text) | DayCell::Planned(text) => {
                self.warn(
                    column,
                    &text,
                    format!("“{text}”不是确定的日期，原文已保留，登记日期暂缺。"),
                );
            }
            DayCell::No => {}
        }
    }

    fn keep_words(&mut self, column: &Column, read: &DayCell) {
        if let DayCell::Vague(text) | DayCell::Planned(text) = read {
            let title = column.field.title(&self.context.milestones);
            self.keep(&title, text);
        }
    }

    fn keep_for_later(&mut self, column: &'a Column, cell: &Cell) -> Later<'a> {
        self.keep(
            &column.field.title(&self.context.milestones),
            cell.text().trim(),
        );
        Later {
            column,
            cell: cell.clone(),
        }
    }

    /// Form 4 wants the registered name and code inside the text on progress.
    fn read_progress(&mut self) {
        let Some(Later { column, cell }) = self.progress.take() else {
            return;
        };
        let text = cell.text().into_owned();
        if let (None, Some(code)) = (&self.candidate.details.credit_code, code_in(&text)) {
            self.read_credit_code(column, &code);
        }
        if self.candidate.details.enterprise.is_none() {
            self.candidate.details.enterprise = enterprise_in(&text);
        }
    }

    fn read_stage(&mut self) {
        let day = self.stage_day.take().map(|later| {
            (
                later.column,
                read_day(&later.cell),
                later.cell.text().into_owned(),
            )
        });
        if let Some((column, DayCell::Wrong(reason), text)) = &day {
            self.fault(column, text, reason.clone());
            return;
        }
        let Some(Later { column, cell }) = self.stage.take() else {
            return;
        };
        let stage = cell.text().trim().to_owned();
        let said = read_stage(&stage);
        if said.is_empty() {
            self.warn(
                column,
                &stage,
                format!("阶段“{stage}”不能确定对应哪个节点，原文已保留，没有记作节点。"),
            );
        }
        for said in said {
            match &day {
                Some((column, DayCell::On(on), text)) if said.dated => {
                    self.stage_on(said.milestone, column, *on, text)
                }
                Some((column, DayCell::Vague(text), _)) if said.day_words.is_none() => {
                    let reason = format!(
                        "“{text}”不是确定的日期，原文已保留，节点日期暂缺。请查明后补填到日。"
                    );
                    self.warn(column, text, reason);
                    self.nodes.reached_somehow(said.milestone, text);
                }
                _ => self
                    .nodes
                    .reached_somehow(said.milestone, said.day_words.as_deref().unwrap_or(&stage)),
            }
        }
    }

    fn stage_on(&mut self, milestone: &str, column: &Column, on: Day, text: &str) {
        if on > self.context.today {
            let today = self.context.today;
            return self.fault(
                column,
                text,
                format!("日期 {on} 晚于今天（{today}），还没有发生。请核对。"),
            );
        }
        self.nodes.reached_on(milestone, on, column.index);
    }

    fn settle_amounts(&mut self) {
        let amounts = std::mem::take(&mut self.amounts);
        for field in [
            Field::TotalInvestment,
            Field::IntroducedFunds,
            Field::FundsInPlace,
        ] {
            let of_field: Vec<&AmountRead> = amounts
                .iter()
                .filter(|read| read.column.field == field)
                .collect();
            if !of_field.is_empty() {
                self.settle_amount(&field, &of_field);
            }
        }
    }

    /// Several columns may give the same sum; they must agree, and one that is understood stands for the others.
    fn settle_amount(&mut self, field: &Field, reads: &[&AmountRead]) {
        let sums: Vec<(&AmountRead, Yuan)> = reads
            .iter()
            .filter_map(|read| match read.cell {
                AmountCell::Sum { yuan, .. } => Some((*read, yuan)),
                _ => None,
            })
            .collect();
        let agreed = sums.first().copied();
        for (read, yuan) in sums.iter().skip(1) {
            if let Some((first, expected)) = agreed.filter(|(_, expected)| expected != yuan) {
                let reason = format!(
                    "读成 {yuan}，与“{}”列的 {expected} 不一致。请核对数值和单位。",
                    first.column.heading
                );
                self.fault(read.column, &read.text, reason);
            }
        }
        let mut words = None;
        for read in reads {
            words = words.or(self.settle_cell(field, read, agreed));
        }
        self.set_amount(field, agreed.map(|(_, yuan)| yuan), words);
    }

    /// The words to keep beside the sum.
    fn settle_cell(
        &mut self,
        field: &Field,
        read: &AmountRead,
        agreed: Option<(&AmountRead, Yuan)>,
    ) -> Option<String> {
        match (&read.cell, agreed) {
            (AmountCell::Sum { raw, remark, yuan }, _) => {
                if let Some(remark) = remark {
                    self.warn(read.column, &read.text, remark.clone());
                }
                if *field == Field::TotalInvestment && yuan.0 == 0 {
                    self.warn(read.column, &read.text, "总投资为 0。请核对。".to_owned());
                }
                raw.clone()
            }
            (AmountCell::Unclear { raw, .. } | AmountCell::Wrong(raw), Some((other, yuan))) => {
                let heading = &other.column.heading;
                let reason = format!(
                    "“{}”没有读懂，金额按“{heading}”列读成 {yuan}，原文已保留。",
                    read.text
                );
                self.warn(read.column, &read.text, reason);
                let is_words = matches!(read.cell, AmountCell::Unclear { .. });
                Some(if is_words {
                    raw.clone()
                } else {
                    read.text.clone()
                })
            }
            (AmountCell::Unclear { raw, reason }, None) => {
                self.warn(read.column, &read.text, reason.clone());
                Some(raw.clone())
            }
            (AmountCell::Wrong(reason), None) => {
                self.fault(read.column, &read.text, reason.clone());
                None
            }
        }
    }

    fn set_amount(&mut self, field: &Field, yuan: Option<Yuan>, words: Option<String>) {
        let details = &mut self.candidate.details;
        match field {
            Field::IntroducedFunds => details.introduced_funds = yuan,
            Field::FundsInPlace => details.funds_in_place = yuan,
            _ => {
                details.total_investment = yuan;
                if details.total_investment_raw.is_none() {
                    details.total_investment_raw = words;
                }
                return;
            }
        }
        if let (None, Some(words)) = (yuan, words) {
            self.keep(&field.title(&[]), &words);
        }
    }

    fn missing(&self) -> Vec<String> {
        let details = &self.candidate.details;
        let total = match (&details.total_investment, &details.total_investment_raw) {
            (Some(_), _) => None,
            (None, Some(words)) => Some(format!(
                "总投资（原文“{words}”，没有折合成人民币的确定数额）"
            )),
            (None, None) => Some("总投资".to_owned()),
        };
        let company = &self.candidate.company;
        let absent = |is_absent: bool, title: &str| is_absent.then(|| title.to_owned());
        let basics = [
            absent(details.investor.is_none() && company.is_none(), "投资方"),
            absent(
                details.enterprise.is_none() && company.is_none(),
                "企业名称",
            ),
            absent(details.credit_code.is_none(), "统一社会信用代码"),
            absent(details.sector.is_none(), "产业类别"),
            absent(details.host.is_none(), "属地政府"),
            total,
        ];
        let nodes = self.nodes.missing(self.context, &self.candidate.reached);
        basics.into_iter().flatten().chain(nodes).collect()
    }

    fn keep(&mut self, title: &str, text: &str) {
        self.candidate
            .details
            .extra
            .entry(title.to_owned())
            .or_insert_with(|| text.to_owned());
    }

    fn fault_at(&mut self, index: usize, row: &TableRow, reason: String) {
        let value = row
            .cells
            .get(index)
            .map(|cell| cell.text().into_owned())
            .unwrap_or_default();
        if let Some(column) = self.columns.iter().find(|column| column.index == index) {
            self.fault(column, &value, reason);
        }
    }

    fn fault(&mut self, column: &Column, value: &str, reason: String) {
        let fault = self.remark(column, value, reason);
        self.candidate.faults.push(fault);
    }

    fn warn(&mut self, column: &Column, value: &str, reason: String) {
        let warning = self.remark(column, value, reason);
        if !self.candidate.warnings.contains(&warning) {
            self.candidate.warnings.push(warning);
        }
    }

    fn remark(&self, column: &Column, value: &str, reason: String) -> Fault {
        let private = matches!(
            column.field,
            Field::Contact | Field::ContactName | Field::ContactPhone
        );
        let value = if private {
            mask_phone(value)
        } else {
            value.to_owned()
        };
        Fault {
            line: self.candidate.line,
            column: Some(column.index),
            heading: column.heading.clone(),
            value: shown(&value),
            reason,
        }
    }
}

fn one_line(text: &str) -> String {
    text.split(['\r', '\n']).map(str::trim).collect()
}

fn shown(text: &str) -> String {
    if text.chars().count() <= LONGEST_VALUE {
        return text.to_owned();
    }
    text.chars().take(LONGEST_VALUE).chain(['…']).collect()
}

fn nearest_unit<'a>(units: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    let scored = units
        .iter()
        .map(|(alias, unit)| (strsim::normalized_levenshtein(alias, name), unit.as_str()));
    let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
    (best.0 >= LEAST_LIKENESS).then_some(best.1)
}

/// The first run of 18 capitals and digits, as a credit code is printed.
fn code_in(text: &str) -> Option<String> {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    runs.filter(|run| run.len() == 18 && run.bytes().any(|b| b.is_ascii_digit()))
        .map(str::to_owned)
        .next()
}

/// The first piece of the text that is named like an enterprise.
fn enterprise_in(text: &str) -> Option<String> {
    let between = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '，' | ',' | '；' | ';' | '：' | ':' | '、' | '。' | '“' | '”'
            )
    };
    let pieces = text
        .split(between)
        .map(|piece| piece.trim_matches(['(', ')', '（', '）']));
    let is_enterprise = |piece: &&str| {
        let ends = ["公司", "厂", "合作社", "集团"]
            .iter()
            .any(|ending| piece.ends_with(ending));
        ends && (4..=50).contains(&piece.chars().count())
    };
    pieces.filter(is_enterprise).map(str::to_owned).next()
}
