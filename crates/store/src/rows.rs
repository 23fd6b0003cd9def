//! Rows written many at a time by one statement.

use crate::Value;

/// `($1, $2), ($3, $4)`: places for the values of so many rows.
pub(crate) fn insert_values(rows: usize, columns: usize) -> String {
    let mut places = String::with_capacity(rows * columns * 5);
    for row in 0..rows {
        places.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            if column > 1 {
                places.push_str(", ");
            }
            places.push('$');
            places.push_str(&(row * columns + column).to_string());
        }
        places.push(')');
    }
    places
}

/// The values of all rows, one after the other.
pub(crate) fn params_of<R, const N: usize>(
    rows: &[R],
    values: impl Fn(&R) -> [Value; N],
) -> Vec<Value> {
    rows.iter().flat_map(values).collect()
}
