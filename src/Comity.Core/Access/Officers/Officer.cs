using Comity.Core.Members;

namespace Comity.Core.Access.Officers;

/// <summary>Somebody who works with the node.</summary>
/// <param name="Id"><c>o-</c> and 12 hexadecimal digits: what ledger and partners see.</param>
/// <param name="Name">The name to sign in with; never in the ledger.</param>
/// <param name="Desk">A desk that was declared.</param>
/// <param name="Roles">One or more.</param>
/// <param name="Purposes">For which purposes checks may be made.</param>
/// <param name="Language">en or fr.</param>
/// <param name="Active">False once closed; closed accounts stay, so that an id keeps its meaning.</param>
/// <param name="Generation">Counts changes; sessions of an older one are over.</param>
/// <param name="Created">Since when.</param>
/// <param name="Changed">When it was last changed.</param>
public sealed record Officer(
    string Id, SignInName Name, string Desk, IReadOnlyList<Role> Roles, IReadOnlyList<Purpose> Purposes, string Language, bool Active, long Generation, DateTimeOffset Created, DateTimeOffset Changed)
{
    /// <summary>What the roles give.</summary>
    public Rights Rights => Roles.Rights();

    /// <summary>The officer as one who acts.</summary>
    public Actor Actor => new(Id, Desk, Rights, Purposes.ToHashSet(), Id);
}

/// <summary>What an account is to say.</summary>
/// <param name="Name">The name to sign in with.</param>
/// <param name="Desk">1 to 60 characters on one line; never a person's name.</param>
/// <param name="Roles">One or more, each once.</param>
/// <param name="Purposes">At most 50.</param>
/// <param name="Language">en or fr.</param>
public sealed record OfficerDraft(SignInName Name, string Desk, IReadOnlyList<Role> Roles, IReadOnlyList<Purpose> Purposes, string Language)
{
    /// <summary>Reads what came from outside.</summary>
    /// <returns>The draft, or null and what is wrong, field by field.</returns>
    public static (OfficerDraft? Draft, IReadOnlyList<(string Field, string Reason)> Faults) Read(
        string? name, string? desk, IReadOnlyCollection<string>? roles, IReadOnlyCollection<string>? purposes, string? language)
    {
        List<(string Field, string Reason)> faults = [];
        if (!SignInName.TryParse(name, out var parsed))
        {
            faults.Add(("name", "must be 3 to 60 letters a to z, digits, dots, hyphens or at signs, beginning with a letter"));
        }

        if (!Desks.IsName(desk))
        {
            faults.Add(("desk", "must have 1 to 60 characters on one line"));
        }

        List<Role> read = [];
        foreach (var text in roles ?? [])
        {
            if (!Officers.Roles.TryParse(text, out var role))
            {
                faults.Add(("roles", $"must be of {string.Join(", ", Officers.Roles.All.Select(known => known.Text()))}"));
                break;
            }

            read.Add(role);
        }

        if (roles is not { Count: > 0 })
        {
            faults.Add(("roles", "must name at least one"));
        }

        List<Purpose> served = [];
        foreach (var text in purposes ?? [])
        {
            if (served.Count == 50 || !Purpose.TryParse(text, null, out var purpose))
            {
                faults.Add(("purposes", "must be at most 50 lower-case words joined by hyphens"));
                break;
            }

            served.Add(purpose);
        }

        if (language is not (null or "en" or "fr"))
        {
            faults.Add(("language", "must be en or fr"));
        }

        return faults.Count > 0 ? (null, faults) : (new OfficerDraft(parsed, desk!, [.. read.Distinct().Order()], [.. served.Distinct()], language ?? "en"), []);
    }
}
