//! Parts that screens are built from. They know no domain and no service.
//!
//! Must never know: which screen uses them.

pub mod canvas;
pub mod frame;
pub mod line_edit;
pub mod list;
pub mod spot;
pub mod table;
