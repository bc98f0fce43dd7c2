//! The options of a connection: what a program has set, and what a server must still be told of it.

use crate::protocol::request::ConnectionOption;

/// `TSDB_OPTION_CONNECTION` numbers, which are those on the wire.
pub const CLEAR: i32 = -1;
pub const CHARSET: i32 = 0;
pub const TIMEZONE: i32 = 1;
pub const USER_IP: i32 = 2;
pub const USER_APP: i32 = 3;
pub const CONNECTOR: i32 = 4;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionOptions {
    /// All options were reset, those of the login too.
    cleared: bool,
    /// What was set since, each option once.
    values: Vec<ConnectionOption>,
}

impl ConnectionOptions {
    pub fn set(&mut self, option: i32, value: Option<&str>) {
        if option == CLEAR {
            self.cleared = true;
            self.values.clear();
            return;
        }
        let value = value.map(str::to_owned);
        match self.values.iter_mut().find(|(o, _)| *o == option) {
            Some(known) => known.1 = value,
            None => self.values.push((option, value)),
        }
    }

    /// Does the connection have its own time zone, or has the program asked for the server's own?
    pub fn say_timezone(&self) -> bool {
        self.cleared || self.values.iter().any(|(o, _)| *o == TIMEZONE)
    }

    /// It is not known what the server has of the options that were sent and not yet answered. It may have
    /// taken some and refused others, or its answer may get lost.
    pub fn doubt(&mut self, sent: &[ConnectionOption]) {
        self.values
            .retain(|(option, _)| !sent.iter().any(|(o, _)| o == option));
        if sent.iter().any(|(option, _)| *option == CLEAR) {
            self.values.clear();
        }
        self.cleared = false;
    }

    /// What a server that knows `told` must still be told, in this order. Nothing, if it comes out the same: a
    /// program may clear and set the same options for each of its requests.
    pub fn since(&self, told: &ConnectionOptions) -> Vec<ConnectionOption> {
        let gone = |(option, _): &ConnectionOption| !self.values.iter().any(|(o, _)| o == option);
        if self.cleared && (!told.cleared || told.values.iter().any(gone)) {
            let clear = std::iter::once((CLEAR, None));
            return clear.chain(self.values.iter().cloned()).collect();
        }
        let new = self.values.iter().filter(|set| !told.values.contains(set));
        new.cloned().collect()
    }
}

/// Does the option only change what the server shows of a connection?
pub fn is_for_show(option: &ConnectionOption) -> bool {
    [USER_IP, USER_APP, CONNECTOR].contains(&option.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(set: &[(i32, Option<&str>)]) -> ConnectionOptions {
        let mut options = ConnectionOptions::default();
        set.iter().for_each(|(o, value)| options.set(*o, *value));
        options
    }

    fn told(told: &[(i32, Option<&str>)], set: &[(i32, Option<&str>)]) -> Vec<ConnectionOption> {
        options(&[told, set].concat()).since(&options(told))
    }

    fn owned(list: &[(i32, Option<&str>)]) -> Vec<ConnectionOption> {
        let own = |(o, value): &(i32, Option<&str>)| (*o, value.map(str::to_owned));
        list.iter().map(own).collect()
    }

    #[test]
    fn what_is_new_is_told() {
        let (ip, other_ip, zone) = ((USER_IP, Some("1")), (USER_IP, Some("2")), (TIMEZONE, None));
        assert_eq!(told(&[], &[]), []);
        assert_eq!(told(&[], &[ip, zone, other_ip]), owned(&[other_ip, zone]));
        assert_eq!(told(&[ip, zone], &[other_ip]), owned(&[other_ip]));
        assert_eq!(told(&[ip, zone], &[other_ip, ip]), []);
    }

    type Set<'a> = [(i32, Option<&'a str>)];

    fn after(known: &Set, sent: &Set, wanted: &Set) -> Vec<ConnectionOption> {
        let mut told = options(known);
        told.doubt(&owned(sent));
        options(wanted).since(&told)
    }

    #[test]
    fn what_had_no_answer_is_told_again() {
        let (clear, ip, zone) = ((CLEAR, None), (USER_IP, Some("1")), (TIMEZONE, Some("UTC")));
        assert_eq!(after(&[zone, ip], &[zone], &[ip, zone]), owned(&[zone]));
        assert_eq!(after(&[zone], &[(TIMEZONE, None)], &[zone]), owned(&[zone]));
        assert_eq!(after(&[clear], &[zone], &[clear]), owned(&[clear]));
        assert_eq!(
            after(&[clear, zone], &[clear], &[clear, zone]),
            owned(&[clear, zone])
        );
    }

    #[test]
    fn what_was_cleared() {
        let (clear, ip, zone) = ((CLEAR, None), (USER_IP, Some("1")), (TIMEZONE, Some("UTC")));
        assert_eq!(told(&[], &[clear]), owned(&[clear]));
        assert_eq!(told(&[ip], &[clear, ip]), owned(&[clear, ip]));
        assert_eq!(told(&[clear], &[clear]), []);
        assert_eq!(told(&[clear, ip], &[clear, ip]), []);
        assert_eq!(told(&[clear, ip, zone], &[clear, ip]), owned(&[clear, ip]));
        assert_eq!(told(&[clear, ip], &[zone]), owned(&[zone]));
    }
}
