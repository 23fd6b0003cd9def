//! 市领导: the page of one leader, and all leaders and sponsored projects at a glance.

mod desk;
mod led;
mod overview;

use crate::access::{Route, Who};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/leaders", Who::Viewer, desk::show),
        Route::get("/leaders/all", Who::Viewer, overview::show),
        Route::get("/leaders/export.xlsx", Who::Viewer, overview::export),
    ]
}
