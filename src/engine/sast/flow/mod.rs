//! What a name stands for and where values go.

mod entities;
pub mod facts;
mod index;
pub mod taint;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_calls;
#[cfg(test)]
mod tests_facts;
#[cfg(test)]
mod tests_fields;
#[cfg(test)]
mod tests_java_go;
