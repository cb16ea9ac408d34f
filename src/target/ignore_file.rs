//! `.gitignore` and `.securescanignore`.
