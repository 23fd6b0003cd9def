//! Values of the field: money, unified social credit codes, telephone numbers, names, ids.

mod credit_code;
mod money;
mod name;
mod percent;
mod phone;
mod text;

pub use credit_code::{CreditCode, CreditCodeError};
pub use money::{Amount, MoneyUnit, ValueError, Yuan, parse_amount};
pub use name::normalise_name;
pub use percent::{parse_percent, percent};
pub use phone::mask_phone;

use serde::{Deserialize, Serialize};

/// Id of a project. The storage gives it; here it is only carried.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectId(pub String);
