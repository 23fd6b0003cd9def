//! One module per page or family of pages: page struct, handler, and the use case it calls.

mod admin;
mod alerts;
mod imports;
mod leaders;
mod leads;
mod ledger;
mod matters;
mod meetings;
mod policies;
mod portal;
mod project;
mod reports;
mod sign_in;
mod workbench;

use crate::access::Route;

/// Routes of all pages.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(admin::routes());
    routes.extend(alerts::routes());
    routes.extend(imports::routes());
    routes.extend(leads::routes());
    routes.extend(leaders::routes());
    routes.extend(ledger::routes());
    routes.extend(matters::routes());
    routes.extend(meetings::routes());
    routes.extend(policies::routes());
    routes.extend(portal::routes());
    routes.extend(project::routes());
    routes.extend(reports::routes());
    routes.extend(sign_in::routes());
    routes.extend(workbench::routes());
    routes
}
