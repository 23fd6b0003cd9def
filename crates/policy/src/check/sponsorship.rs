//! Rules on leaders and sponsorships: there is an assignment to name a leader in, somebody is to be named, and those
//! who name may do it.

use super::Check;
use crate::model::{Action, DoneBy, SponsorshipDef};
use crate::problem::Problem;

impl Check<'_> {
    pub(super) fn sponsorship(&mut self) {
        let file = self.file;
        self.leader_is_named_somewhere();
        for (i, sponsorship) in file.sponsorship.iter().enumerate() {
            let at = format!("/sponsorship/{i}");
            let named_by = format!("{at}/named_by");
            self.unit_list(&named_by, &sponsorship.named_by);
            self.one_of_needs(&named_by, &sponsorship.named_by, Action::Sponsor);
            self.sponsor_parts(&at, sponsorship);
            if sponsorship.projects == Some(0) {
                let here = self.value(&format!("{at}/projects"));
                self.report(
                    Problem::error("zero-projects", here, "包保的项目个数是 0")
                        .help("写文件确定的个数；文件没有定的，删去 projects。"),
                );
            }
        }
    }

    /// The leader of a project is named by its assignment alone.
    fn leader_is_named_somewhere(&mut self) {
        let file = self.file;
        let mut steps = file.stage.iter().flat_map(|stage| &stage.step);
        let assigns = steps.any(|step| step.done_by == Some(DoneBy::Assignment));
        if file.leader.is_some() && !assigns {
            let at = self.key("/leader");
            let message = "写了市领导牵头的规则，却没有项目交办的环节，牵头领导无处指定";
            self.report(
                Problem::error("leader-without-assignment", at, message)
                    .help("在交办的环节写 done_by = \"assignment\"，或者删去 [leader]。"),
            );
        }
    }

    fn sponsor_parts(&mut self, at: &str, sponsorship: &SponsorshipDef) {
        let names = &sponsorship.names;
        if names.is_empty() {
            let here = self.value(&format!("{at}/names"));
            self.report(
                Problem::error("names-nobody", here, "包保没有写应当指定谁")
                    .help("如 names = [\"leader\", \"office\"]。"),
            );
        }
        for (p, part) in names.iter().enumerate() {
            if names.iter().take(p).any(|earlier| earlier == part) {
                let here = self.value(&format!("{at}/names/{p}"));
                let message = format!("{}写了两次", part.title());
                self.report(Problem::error("same-part", here, message).help("删去一个。"));
            }
        }
    }
}
