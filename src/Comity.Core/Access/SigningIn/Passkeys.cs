using System.Text.Json;
using Comity.Core.Access.Officers;
using Comity.Core.Ledger;
using Comity.Core.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Comity.Core.Access.SigningIn;

/// <summary>A passkey as it is listed.</summary>
/// <param name="Id">The credential's id, base64url.</param>
/// <param name="Label">What its owner calls it.</param>
/// <param name="Created">Since when.</param>
public sealed record PasskeyRow(string Id, string Label, DateTimeOffset Created);

/// <summary>Passkeys: WebAuthn by ASP.NET Core Identity over this node's store. What runs between two steps is in a ticket that is spent once.</summary>
public sealed class Passkeys(NodeContext node, Credentials credentials, Tickets tickets, LockOuts lockOuts, Sessions sessions)
{
    /// <summary>The most passkeys of one account.</summary>
    public const int Most = 10;

    private const string ToSignIn = "passkey-sign-in", ToAdd = "passkey-add";
    private readonly PasskeyHandler<Officer> _handler = new(
        new UserManager<Officer>(
            new PasskeyStore(node), Options.Create(new IdentityOptions()), new PasswordHasher<Officer>(), [], [], new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(), null!,
            NullLogger<UserManager<Officer>>.Instance),
        Options.Create(new IdentityPasskeyOptions
        {
            UserVerificationRequirement = "required",
            ResidentKeyRequirement = "required",
            ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == $"{context.HttpContext.Request.Scheme}://{context.HttpContext.Request.Host}"),
        }));

    /// <summary>What the browser needs to sign in, and the ticket to send back with its answer.</summary>
    public async Task<(string Options, string Ticket)> RequestAsync(HttpContext http)
    {
        var made = await _handler.MakeRequestOptionsAsync(null, http);
        return (made.RequestOptionsJson, tickets.Make(ToSignIn, made.AssertionState ?? ""));
    }

    /// <summary>Signs in with the browser's answer.</summary>
    public async Task<SignInOutcome> SignInAsync(HttpContext http, string? ticket, string? answer)
    {
        var address = lockOuts.Address(http.Connection.RemoteIpAddress);
        if (lockOuts.WaitUntil(address) is { } until)
        {
            return new SignInOutcome.Wait(until);
        }

        var result = tickets.Open(ToSignIn, ticket) is { } state && answer is { Length: > 0 and <= 16_384 }
            ? await _handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = answer, AssertionState = state }) : null;
        return await node.Store.WriteAsync<SignInOutcome>(session =>
        {
            if (result is { Succeeded: true } && OfficerBook.Find(session, result.User.Id) is { Active: true } officer && tickets.Spend(session, ticket!)
                && PasskeyStore.Update(session, officer.Id, result.Passkey))
            {
                return new SignInOutcome.Done(officer, sessions.Open(session, officer, "passkey"));
            }

            lockOuts.Failed(session, address, LockOuts.FreeOfAddress);
            return new SignInOutcome.Wrong();
        });
    }

    /// <summary>What the browser needs to make a passkey for an officer, and the ticket to send back with it.</summary>
    public async Task<(string Options, string Ticket)> CreationAsync(HttpContext http, Officer officer)
    {
        var made = await _handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = officer.Id, Name = officer.Name.ToString(), DisplayName = officer.Name.ToString() }, http);
        return (made.CreationOptionsJson, tickets.Make(ToAdd, officer.Id + made.AttestationState));
    }

    /// <summary>Adds the passkey that the browser made.</summary>
    /// <param name="http">The request.</param>
    /// <param name="officer">Whose it is.</param>
    /// <param name="ticket">As <see cref="CreationAsync"/> gave it.</param>
    /// <param name="answer">The browser's answer.</param>
    /// <param name="label">1 to 60 characters.</param>
    /// <param name="code">The one-time code, where the account is only being set up.</param>
    /// <returns>False where it is not taken.</returns>
    public async Task<bool> AddAsync(HttpContext http, Officer officer, string? ticket, string? answer, string label, string? code = null)
    {
        if (tickets.Open(ToAdd, ticket) is not { } text || !text.StartsWith(officer.Id, StringComparison.Ordinal) || answer is not { Length: > 0 and <= 16_384 })
        {
            return false;
        }

        var result = await _handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = answer, AttestationState = text[officer.Id.Length..] });
        return result.Succeeded && result.UserEntity.Id == officer.Id && await node.Store.WriteAsync(session =>
        {
            if (OfficerBook.Find(session, officer.Id) is not { Active: true } || (code is not null && credentials.ByCode(session, code)?.Id != officer.Id)
                || session.First("SELECT COUNT(*) FROM passkey WHERE officer = @officer", row => row.GetInt64(0), ("@officer", officer.Id)) >= Most || !tickets.Spend(session, ticket!))
            {
                return false;
            }

            PasskeyStore.Insert(session, officer.Id, label, result.Passkey, node.Now);
            if (code is not null)
            {
                credentials.Enrolled(session, officer, "passkey");
            }
            else
            {
                node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Credential, node.Now, officer.Actor).With("chose", "passkey"));
            }

            return true;
        });
    }

    /// <summary>An officer's passkeys, oldest first.</summary>
    public IReadOnlyList<PasskeyRow> Of(string officer) => node.Store.Read(session => session.Query(
        "SELECT id, label, created FROM passkey WHERE officer = @officer ORDER BY created", row => new PasskeyRow(Jose.StrictBase64Url.Encode(row.Bytes(0)), row.GetString(1), row.Instant(2)), ("@officer", officer)));

    /// <summary>Gives a passkey up; false where the officer has none with this id, or nothing else to sign in with.</summary>
    public Task<bool> RemoveAsync(Officer officer, string id) => node.Store.WriteAsync(session =>
    {
        var others = session.First("SELECT COUNT(*) FROM passkey WHERE officer = @officer", row => row.GetInt64(0), ("@officer", officer.Id)) > 1 || credentials.Find(session, officer.Id)?.Password is not null;
        var removed = others && Jose.StrictBase64Url.TryDecode(id, out var bytes)
            && session.Execute("DELETE FROM passkey WHERE officer = @officer AND id = @id", ("@officer", officer.Id), ("@id", bytes)) > 0;
        if (removed)
        {
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Credential, node.Now, officer.Actor).With("gave-up", "passkey"));
        }

        return removed;
    });
}

/// <summary>Officers and their passkeys as Identity asks for them. It reads only: what changes does so in the transaction of the act.</summary>
internal sealed class PasskeyStore(NodeContext node) : IUserPasskeyStore<Officer>
{
    private sealed record Key(byte[] PublicKey, uint SignCount, string[] Transports, bool Verified, bool BackupEligible, bool BackedUp);

    public static void Insert(WriteSession session, string officer, string label, UserPasskeyInfo info, DateTimeOffset now) => session.Execute(
        "INSERT INTO passkey (id, officer, label, key, created) VALUES (@id, @officer, @label, @key, @now)",
        ("@id", info.CredentialId), ("@officer", officer), ("@label", label), ("@key", Write(info)), ("@now", now.ToUnixTimeMilliseconds()));

    public static bool Update(WriteSession session, string officer, UserPasskeyInfo info) =>
        session.Execute("UPDATE passkey SET key = @key WHERE id = @id AND officer = @officer", ("@key", Write(info)), ("@id", info.CredentialId), ("@officer", officer)) > 0;

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Officer user, CancellationToken cancellationToken) => Task.FromResult<IList<UserPasskeyInfo>>(
        node.Store.Read(session => session.Query("SELECT id, key, created FROM passkey WHERE officer = @officer", Info, ("@officer", user.Id))));

    public Task<Officer?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) => Task.FromResult(node.Store.Read(session => session.First(
        $"SELECT {OfficerBook.Columns} FROM passkey p JOIN officer o ON o.id = p.officer WHERE p.id = @id", row => OfficerBook.Row(row), ("@id", credentialId))));

    public Task<UserPasskeyInfo?> FindPasskeyAsync(Officer user, byte[] credentialId, CancellationToken cancellationToken) => Task.FromResult(node.Store.Read(session => session.First(
        "SELECT id, key, created FROM passkey WHERE officer = @officer AND id = @id", Info, ("@officer", user.Id), ("@id", credentialId))));

    public Task<Officer?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(node.Store.Read(session => OfficerBook.Find(session, userId)));

    public Task<Officer?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        Task.FromResult(SignInName.TryParse(normalizedUserName, out var name) ? node.Store.Read(session => OfficerBook.Find(session, name)) : null);

    public Task<string> GetUserIdAsync(Officer user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(Officer user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name.ToString());

    public Task<string?> GetNormalizedUserNameAsync(Officer user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name.ToString());

    public Task SetUserNameAsync(Officer user, string? userName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetNormalizedUserNameAsync(Officer user, string? normalizedName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> CreateAsync(Officer user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> UpdateAsync(Officer user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> DeleteAsync(Officer user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task AddOrUpdatePasskeyAsync(Officer user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw ReadOnly();

    public Task RemovePasskeyAsync(Officer user, byte[] credentialId, CancellationToken cancellationToken) => throw ReadOnly();

    public void Dispose()
    {
    }

    private static NotSupportedException ReadOnly() => new("accounts are changed in the transaction of the act");

    private static string Write(UserPasskeyInfo info) =>
        JsonSerializer.Serialize(new Key(info.PublicKey, info.SignCount, info.Transports ?? [], info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp));

    private static UserPasskeyInfo Info(System.Data.Common.DbDataReader row)
    {
        var key = JsonSerializer.Deserialize<Key>(row.GetString(1))!;
        return new UserPasskeyInfo(row.Bytes(0), key.PublicKey, row.Instant(2), key.SignCount, key.Transports, key.Verified, key.BackupEligible, key.BackedUp, [], []);
    }
}
