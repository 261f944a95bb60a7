using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Comity.Core.Storage;

namespace Comity.Core.Access.SigningIn;

/// <summary>What the browser keeps for the node between two steps: sealed, for one purpose, for minutes, and spent once where that matters.</summary>
public sealed class Tickets(NodeContext node)
{
    /// <summary>For how long a ticket holds.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>Seals text for a purpose.</summary>
    public string Make(string purpose, string text)
    {
        var body = node.Sealer.Seal(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"ticket\n{purpose}\n{(node.Now + Life).ToUnixTimeMilliseconds()}\n{text}")));
        return Base64Url.EncodeToString([.. body.Secret, .. body.Ciphertext]);
    }

    /// <summary>The text; null where the ticket is for another purpose, over, or not of this node.</summary>
    public string? Open(string purpose, string? ticket)
    {
        if (ticket is not { Length: > 0 and <= 16_384 } || !Jose.StrictBase64Url.TryDecode(ticket, out var bytes) || bytes.Length < BodySealer.SecretLength
            || node.Sealer.Open(bytes.AsSpan(BodySealer.SecretLength), bytes.AsSpan(0, BodySealer.SecretLength)) is not { } plain)
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(plain).Split('\n', 4);
        return parts.Length == 4 && parts[0] == "ticket" && parts[1] == purpose && long.Parse(parts[2], CultureInfo.InvariantCulture) > node.Now.ToUnixTimeMilliseconds() ? parts[3] : null;
    }

    /// <summary>Spends a ticket; false where it was spent before.</summary>
    public bool Spend(WriteSession session, string ticket)
    {
        session.Execute("DELETE FROM spent WHERE until < @now", ("@now", node.Now.ToUnixTimeMilliseconds()));
        return session.Execute(
            "INSERT INTO spent (hash, until) VALUES (@hash, @until) ON CONFLICT (hash) DO NOTHING",
            ("@hash", SHA256.HashData(Encoding.ASCII.GetBytes(ticket))), ("@until", (node.Now + Life).ToUnixTimeMilliseconds())) > 0;
    }
}
