using System.Net;
using System.Net.Sockets;
using Comity.Core.Access.Officers;
using Comity.Core.Storage;

namespace Comity.Core.Access.SigningIn;

/// <summary>After failed attempts an account and an address have to wait, longer each time, whether or not there is such an account.</summary>
/// <remarks>Nobody is shut out for good, or a stranger could do it to everybody; and a passkey, which cannot be guessed, is not kept waiting for the account's sake.</remarks>
public sealed class LockOuts(NodeContext node)
{
    /// <summary>Failures of an account that cost nothing.</summary>
    public const int FreeOfAccount = 5;

    /// <summary>Failures of an address that cost nothing: a whole desk may share one.</summary>
    public const int FreeOfAddress = 30;

    /// <summary>The first wait; each failure doubles it.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(24);

    /// <summary>The account as it was typed; it need not exist.</summary>
    public byte[] Account(string typed) => node.Sealer.Blind("failure\naccount\n" + (SignInName.TryParse(typed, out var name) ? name.ToString() : "\n" + typed[..Math.Min(typed.Length, 200)]));

    /// <summary>Where somebody comes from: an IPv4 address, or the half of an IPv6 address that names the network.</summary>
    public byte[] Address(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address ?? IPAddress.None;
        return node.Sealer.Blind("failure\naddress\n" + Convert.ToHexString(plain.AddressFamily == AddressFamily.InterNetworkV6 ? plain.GetAddressBytes()[..8] : plain.GetAddressBytes()));
    }

    /// <summary>Until when one of these has to wait; null where none has.</summary>
    public DateTimeOffset? WaitUntil(params ReadOnlySpan<byte[]> subjects)
    {
        DateTimeOffset? latest = null;
        foreach (var subject in subjects)
        {
            var until = node.Store.Read(session => session.First("SELECT until FROM failure WHERE subject = @subject", row => row.Instant(0), ("@subject", subject)));
            latest = until > node.Now && !(until <= latest) ? until : latest;
        }

        return latest;
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>Until when the subject has to wait now; null where it need not.</returns>
    public DateTimeOffset? Failed(WriteSession session, byte[] subject, int free)
    {
        var before = session.First("SELECT count, at FROM failure WHERE subject = @subject", row => (Count: row.GetInt64(0), At: row.Instant(1)), ("@subject", subject));
        var count = (before.Count > 0 && before.At > node.Now - Forgotten ? before.Count : 0) + 1;
        DateTimeOffset? until = count < free ? null : node.Now + Wait(count - free);
        session.Execute(
            "INSERT INTO failure (subject, count, at, until) VALUES (@subject, @count, @now, @until) ON CONFLICT (subject) DO UPDATE SET count = @count, at = @now, until = @until",
            ("@subject", subject), ("@count", count), ("@now", node.Now.ToUnixTimeMilliseconds()), ("@until", (until ?? node.Now).ToUnixTimeMilliseconds()));
        return until;
    }

    /// <summary>Forgets the failures of a subject.</summary>
    public static void Forget(WriteSession session, byte[] subject) => session.Execute("DELETE FROM failure WHERE subject = @subject", ("@subject", subject));

    /// <summary>Forgets failures that are a day old.</summary>
    public void Sweep(WriteSession session) => session.Execute("DELETE FROM failure WHERE at < @before", ("@before", (node.Now - Forgotten).ToUnixTimeMilliseconds()));

    private static TimeSpan Wait(long beyond) => TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << (int)Math.Min(beyond, 10)));
}
