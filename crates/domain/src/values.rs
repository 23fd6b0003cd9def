//! Values of the field: money, credit codes.
use serde::{Deserialize, Serialize};
/// An exact sum in yuan with two decimals, kept in 分.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Yuan(pub i64);
/// 统一社会信用代码 by GB 32100.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CreditCode(pub String);
