//! The parts of an expression.

use super::ast::Expr;

/// The direct parts of an expression.
pub fn children(e: &Expr) -> Vec<&Expr> {
    match e {
        Expr::Literal(_) | Expr::Duration(_) | Expr::Column { .. } | Expr::Star { .. } => vec![],
        Expr::Negate(x)
        | Expr::Not(x)
        | Expr::Cast(x, _)
        | Expr::Member(x, _)
        | Expr::IsNull { value: x, .. } => vec![x],
        Expr::Binary(a, _, b)
        | Expr::Like {
            value: a,
            pattern: b,
            ..
        } => vec![a, b],
        Expr::Between {
            value, low, high, ..
        } => vec![value, low, high],
        Expr::Call { args, .. } => args.iter().collect(),
        Expr::In { value, list, .. } => std::iter::once(&**value).chain(list).collect(),
        Expr::Case {
            operand,
            arms,
            otherwise,
        } => operand
            .as_deref()
            .into_iter()
            .chain(arms.iter().flat_map(|(w, t)| [w, t]))
            .chain(otherwise.as_deref())
            .collect(),
    }
}

/// Visits an expression and all below it.
pub fn walk<'e>(e: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    visit(e);
    children(e).into_iter().for_each(|x| walk(x, visit));
}
