//! Buttons that lead to forms.

use service::projects::{Act, Offer, ProjectView};

/// A button that leads to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActLink {
    /// Address of the form.
    pub href: String,
    /// Words.
    pub label: String,
}

/// Buttons for some acts; on one subject when one is given.
pub fn act_links(view: &ProjectView, acts: &[Act], subject: Option<&str>) -> Vec<ActLink> {
    let wanted = |offer: &&Offer| {
        acts.contains(&offer.act) && subject.is_none_or(|subject| offer.subject == subject)
    };
    let link = |offer: &Offer| ActLink {
        href: act_address(&view.project, offer.act, &offer.subject),
        label: if subject.is_some() {
            offer.act.title().to_string()
        } else {
            offer.title.clone()
        },
    };
    view.offers.iter().filter(wanted).map(link).collect()
}

/// Address of the form of an act.
pub fn act_address(project: &str, act: Act, subject: &str) -> String {
    let base = format!("/projects/{project}/actions/{}", act.slug());
    if subject.is_empty() {
        base
    } else {
        format!("{base}?subject={}", crate::access::encode_query(subject))
    }
}

/// Buttons for what waits at the gates. What stands first is done first; the others stand beside their steps.
pub fn gate_links(view: &ProjectView) -> Vec<ActLink> {
    const MOST: usize = 3;
    let acts = [Act::Assign, Act::Conclude, Act::Approve];
    let waits = |link: &ActLink| {
        let mut offers = view.offers.iter().filter(|offer| acts.contains(&offer.act));
        let offer = offers.find(|o| act_address(&view.project, o.act, &o.subject) == link.href);
        let subject = offer.map(|offer| offer.subject.as_str());
        let mut awaiting = view.track.awaiting.iter();
        awaiting.any(|waiting| Some(waiting.subject.as_str()) == subject)
    };
    let mut links = act_links(view, &acts, None);
    links.retain(waits);
    links.truncate(MOST);
    links
}
