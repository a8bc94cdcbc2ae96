/// Doubles.
///
/// ```
/// assert_eq!(core_of_it::double(2), 4);
/// ```
pub fn double(x: i32) -> i32 { x * 2 }
