using System.Net;
using System.Net.Sockets;

namespace AutoDevOps.Server.Security;

/// <summary>What lies behind an address, for whoever lets strangers say where to connect.</summary>
internal enum NetworkReach
{
    /// <summary>The internet.</summary>
    Public,

    /// <summary>A network of one's own: reached only where an administrator allows it.</summary>
    Private,

    /// <summary>No server that anybody could mean: a cloud's metadata service, a multicast group, a reserved block. Never reached.</summary>
    Forbidden,
}

/// <summary>Classifies addresses by the registries of special-purpose addresses.</summary>
/// <remarks>https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry. Where those except single
/// addresses of a reserved block (such as 192.0.0.9), the whole block stays forbidden: no git server is among them.</remarks>
internal static class NetworkAddress
{
    // The first match counts.
    private static readonly (IPNetwork Network, NetworkReach Reach)[] Special =
    [
        // Metadata services outside of the link-local block: Oracle, Alibaba, Azure, Amazon over IPv6.
        (IPNetwork.Parse("192.0.0.192/32"), NetworkReach.Forbidden),
        (IPNetwork.Parse("100.100.100.200/32"), NetworkReach.Forbidden),
        (IPNetwork.Parse("168.63.129.16/32"), NetworkReach.Forbidden),
        (IPNetwork.Parse("fd00:ec2::254/128"), NetworkReach.Forbidden),

        (IPNetwork.Parse("0.0.0.0/8"), NetworkReach.Forbidden),
        (IPNetwork.Parse("10.0.0.0/8"), NetworkReach.Private),
        (IPNetwork.Parse("100.64.0.0/10"), NetworkReach.Private),
        (IPNetwork.Parse("127.0.0.0/8"), NetworkReach.Private),
        (IPNetwork.Parse("169.254.0.0/16"), NetworkReach.Forbidden),
        (IPNetwork.Parse("172.16.0.0/12"), NetworkReach.Private),
        (IPNetwork.Parse("192.0.0.0/24"), NetworkReach.Forbidden),
        (IPNetwork.Parse("192.0.2.0/24"), NetworkReach.Forbidden),
        (IPNetwork.Parse("192.88.99.0/24"), NetworkReach.Forbidden),
        (IPNetwork.Parse("192.168.0.0/16"), NetworkReach.Private),
        (IPNetwork.Parse("198.18.0.0/15"), NetworkReach.Private),
        (IPNetwork.Parse("198.51.100.0/24"), NetworkReach.Forbidden),
        (IPNetwork.Parse("203.0.113.0/24"), NetworkReach.Forbidden),
        (IPNetwork.Parse("224.0.0.0/3"), NetworkReach.Forbidden),
        (IPNetwork.Parse("0.0.0.0/0"), NetworkReach.Public),

        (IPNetwork.Parse("::1/128"), NetworkReach.Private),
        (IPNetwork.Parse("64:ff9b:1::/48"), NetworkReach.Private),
        (IPNetwork.Parse("fc00::/7"), NetworkReach.Private),
        (IPNetwork.Parse("2001::/23"), NetworkReach.Forbidden),
        (IPNetwork.Parse("2001:db8::/32"), NetworkReach.Forbidden),
        (IPNetwork.Parse("3fff::/20"), NetworkReach.Forbidden),
        (IPNetwork.Parse("2000::/3"), NetworkReach.Public),
        // Nothing else is given out as global unicast: link-local, site-local, multicast, discard, segment routing and what is unassigned.
        (IPNetwork.Parse("::/0"), NetworkReach.Forbidden),
    ];

    // IPv6 addresses that carry one of IPv4, with the byte where that begins: whoever connects to them reaches that one.
    private static readonly (IPNetwork Network, int Start)[] Carriers =
    [
        (IPNetwork.Parse("::ffff:0:0/96"), 12),
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
    ];

    // RFC 6761, 6762 and 8375, and what ICANN set aside for private networks.
    private static readonly string[] LocalEndings = [".localhost", ".local", ".internal", ".home.arpa"];

    public static NetworkReach Classify(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // A zone ("%eth0") says which network card, and would be no part of any block.
            var bytes = address.GetAddressBytes();
            address = new IPAddress(bytes);
            foreach (var (network, start) in Carriers)
            {
                if (network.Contains(address))
                {
                    return Classify(new IPAddress(bytes.AsSpan(start, 4)));
                }
            }
        }

        return Array.Find(Special, special => special.Network.Contains(address)).Reach;
    }

    /// <summary>Whether a name is by itself one of a private network, whatever it resolves to.</summary>
    public static bool IsLocalName(string host)
    {
        var name = host.TrimEnd('.');
        return !name.Contains('.', StringComparison.Ordinal) || LocalEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }
}
