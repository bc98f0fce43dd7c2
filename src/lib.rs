//! libtaos
