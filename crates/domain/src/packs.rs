//! The packs under which a project runs, and the units that hold the roles in it.

use policy::model::{ProjectField, RoleDef};
use policy::{Clause, Parties, Policy};

/// The lifecycle pack of a project, and the performance pack that accompanies it, where the region has one.
#[derive(Debug, Clone, Copy)]
pub struct Packs<'p> {
    /// 全生命周期.
    pub lifecycle: &'p Policy,
    /// 履约.
    pub performance: Option<&'p Policy>,
}

impl<'p> From<&'p Policy> for Packs<'p> {
    fn from(lifecycle: &'p Policy) -> Packs<'p> {
        Packs {
            lifecycle,
            performance: None,
        }
    }
}

impl<'p> Packs<'p> {
    /// Both packs, the lifecycle first.
    pub fn iter(self) -> impl Iterator<Item = &'p Policy> {
        std::iter::once(self.lifecycle).chain(self.performance)
    }

    /// The first pack that answers.
    pub(crate) fn find<T>(self, look: impl FnMut(&'p Policy) -> Option<T>) -> Option<T> {
        self.iter().find_map(look)
    }
}

/// A rule's clause, from the words of its table.
pub(crate) fn clause(policy: &Policy, article: &str, text: &str) -> Clause {
    let document = policy.file.pack.document.as_str().into();
    Clause {
        document,
        article: article.into(),
        text: text.into(),
    }
}

/// The units behind a list of roles and units, each once, in order. Where the project does not yet say who holds a role,
/// the gap is named.
pub fn unit_names<S: AsRef<str>>(
    policy: &Policy,
    roles: impl IntoIterator<Item = S>,
    parties: Parties<'_>,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for role in roles {
        let role = role.as_ref();
        let units = policy.units_of(role, parties);
        let units = match units.is_empty() {
            true => vec![gap(policy, role)],
            false => units,
        };
        for unit in units {
            if names.iter().all(|name| name != unit) {
                names.push(unit.to_owned());
            }
        }
    }
    names
}

/// What is missing before it is clear who holds a role.
fn gap(policy: &Policy, role: &str) -> &'static str {
    match policy.file.roles.get(role) {
        Some(RoleDef::By(_)) => "（产业类别未填）",
        Some(RoleDef::Of(of)) => match of.of {
            ProjectField::Host => "（属地政府未填）",
            ProjectField::Enterprise => "（企业名称未填）",
            ProjectField::ReceivingUnit => "（尚未交办承接责任单位）",
            ProjectField::Supporting => "（未定配合单位）",
            ProjectField::Leader => "（未定牵头责任领导）",
        },
        _ => "（未定）",
    }
}
