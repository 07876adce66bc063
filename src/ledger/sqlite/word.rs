//! The ledger's enumerations, read from the words that the database keeps for them.

use crate::ledger::{Answered, Came, Proof, State};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

/// A value of an enumeration that stands in a cell as its word.
pub(super) struct Word<T>(pub(super) T);

macro_rules! read_as_words {
    ($($name:ident),*) => {$(
        impl FromSql for Word<$name> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                $name::named(value.as_str()?).map(Self).ok_or(FromSqlError::InvalidType)
            }
        }
    )*};
}

read_as_words! { Answered, Came, Proof, State }
