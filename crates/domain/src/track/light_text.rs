//! A light is always shown with a word.

use super::days_between;
use super::lights::{NodeTrack, Stand};
use super::plan::NodePlan;

/// `剩余 12 天`, `逾期 3 天`, `已完成（提前 5 天）`.
pub fn light_text(dates: &NodePlan, track: &NodeTrack) -> String {
    match track.stand {
        Stand::Done | Stand::DoneLate => done_text(dates),
        Stand::InGrace => format!("逾期 {} 天，缓冲期内", -track.days_left.unwrap_or_default()),
        Stand::Running | Stand::Warning | Stand::Overdue if !dates.projected => {
            match track.days_left {
                None => track.stand.title().to_owned(),
                Some(0) => "今天到期".to_owned(),
                Some(days) if days < 0 => format!("逾期 {} 天", -days),
                Some(days) => format!("剩余 {days} 天"),
            }
        }
        stand => stand.title().to_owned(),
    }
}

fn done_text(dates: &NodePlan) -> String {
    let early = match (dates.due, dates.done_on) {
        (Some(due), Some(done)) if !dates.projected => days_between(done, due),
        _ => return "已完成".to_owned(),
    };
    match early {
        0 => "已完成（当天到期）".to_owned(),
        early if early > 0 => format!("已完成（提前 {early} 天）"),
        late => format!("已完成（逾期 {} 天）", -late),
    }
}
