//! How many datagrams the system has dropped because the media sockets' buffers were full, if it
//! reports that (Linux).

use std::fs;

/// The drops of all sockets of a UDP port, in this network namespace.
pub(super) fn dropped(port: u16) -> Option<u64> {
    let tables = ["/proc/net/udp", "/proc/net/udp6"];
    let tables = tables.iter().filter_map(|path| fs::read_to_string(path).ok());
    tables.map(|table| of_port(&table, port)).reduce(|one, other| one + other)
}

/// Each line is a socket: its number, its local and remote address in hex, and its drops at the
/// end.
fn of_port(table: &str, port: u16) -> u64 {
    let drops = |line: &str| {
        let local = line.split_ascii_whitespace().nth(1)?;
        let (_, its_port) = local.rsplit_once(':')?;
        let is_it = u16::from_str_radix(its_port, 16).ok()? == port;
        is_it.then_some(())?;
        line.split_ascii_whitespace().next_back()?.parse::<u64>().ok()
    };
    table.lines().skip(1).filter_map(drops).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_of_all_sockets_of_a_port_are_added_up() {
        let table = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   \
             uid  timeout inode ref pointer drops\n  \
             112: 0100007F:1F91 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        \
             0 4242 2 0000000000000000 17\n  \
             113: 0200007F:1F91 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        \
             0 4243 2 0000000000000000 3\n  \
             114: 0100007F:1F92 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        \
             0 4244 2 0000000000000000 500\n";
        assert_eq!(of_port(table, 8081), 20);
        assert_eq!(of_port(table, 9), 0);
        assert_eq!(of_port("rubbish\nmore\n", 8081), 0);
    }
}
