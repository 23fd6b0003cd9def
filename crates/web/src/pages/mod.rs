//! One module per page or family of pages: page struct, handler, and the use case it calls.

mod sign_in;

use crate::access::Route;

/// Routes of all pages.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(sign_in::routes());
    routes
}
