using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Access;

/// <summary>A token as it is listed: never its secret.</summary>
/// <param name="Id">Its public name, in the ledger.</param>
/// <param name="Desk">The desk it is bound to.</param>
/// <param name="Rights">What it may do.</param>
/// <param name="Purposes">For which purposes.</param>
/// <param name="Created">Since when.</param>
/// <param name="Expires">Until when.</param>
/// <param name="Revoked">When it was revoked, or null.</param>
public sealed record TokenRow(string Id, string Desk, Rights Rights, IReadOnlyList<Purpose> Purposes, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked);

/// <summary>API tokens: 256 random bits, stored hashed, bound to a desk, rights and purposes.</summary>
public sealed class Tokens(NodeContext node)
{
    /// <summary>How a token begins, so that it is found where it was left by mistake.</summary>
    public const string Prefix = "comity_";

    private const string Columns = "SELECT id, desk, purposes, rights, created, expires, revoked FROM token";

    /// <summary>Makes a token; the secret is in the answer and nowhere else.</summary>
    /// <param name="by">Who makes it.</param>
    /// <param name="desk">1 to 60 characters.</param>
    /// <param name="rights">What it may do.</param>
    /// <param name="purposes">For which purposes.</param>
    /// <param name="life">How long it holds.</param>
    public async Task<(string Secret, TokenRow Row)> MakeAsync(Actor by, string desk, Rights rights, IReadOnlyList<Purpose> purposes, TimeSpan life)
    {
        var secret = Prefix + Base64Url.EncodeToString(node.Randomness.Bytes(32));
        var id = "t-" + Convert.ToHexStringLower(node.Randomness.Bytes(6));
        var row = new TokenRow(id, desk, rights, purposes, node.Now, node.Now + life, null);
        await node.Store.WriteAsync(session =>
        {
            session.Execute(
                "INSERT INTO token (id, hash, desk, purposes, rights, created, expires) VALUES (@id, @hash, @desk, @purposes, @rights, @created, @expires)",
                ("@id", id), ("@hash", Hash(secret)), ("@desk", desk), ("@purposes", string.Join(' ', purposes)), ("@rights", rights.ToString()),
                ("@created", row.Created.ToUnixTimeMilliseconds()), ("@expires", row.Expires.ToUnixTimeMilliseconds()));
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.TokenMade, node.Now, by)
                .With("token", id).With("for-desk", desk).With("rights", rights.ToString()).With("purposes", purposes.Select(purpose => purpose.ToString())));
        });
        return (secret, row);
    }

    /// <summary>Revokes a token; false where there is none in force.</summary>
    public Task<bool> RevokeAsync(Actor by, string id) => node.Store.WriteAsync(session =>
    {
        var revoked = session.Execute("UPDATE token SET revoked = @now WHERE id = @id AND revoked IS NULL", ("@now", node.Now.ToUnixTimeMilliseconds()), ("@id", id)) > 0;
        if (revoked)
        {
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.TokenRevoked, node.Now, by).With("token", id));
        }

        return revoked;
    });

    /// <summary>All tokens ever made.</summary>
    public IReadOnlyList<TokenRow> List() => node.Store.Read(session => session.Query(Columns + " ORDER BY created, id", Row));

    /// <summary>Who holds a token; null where it is unknown, revoked or over.</summary>
    /// <remarks>Found by its hash: the time taken tells nothing of a secret of 256 random bits.</remarks>
    public Actor? Find(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.Length > 100)
        {
            return null;
        }

        var row = node.Store.Read(session => session.First(Columns + " WHERE hash = @hash", Row, ("@hash", Hash(secret))));
        return row is null || row.Revoked is not null || row.Expires <= node.Now ? null : new Actor(row.Id, row.Desk, row.Rights, row.Purposes.ToHashSet());
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static TokenRow Row(System.Data.Common.DbDataReader row) => new(
        row.GetString(0), row.GetString(1), Enum.Parse<Rights>(row.GetString(3)),
        [.. row.GetString(2).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Purpose.Parse(text))],
        row.Instant(4), row.Instant(5), row.InstantOrNull(6));
}
