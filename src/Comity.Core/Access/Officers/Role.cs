namespace Comity.Core.Access.Officers;

/// <summary>What an officer is there for; every role gives rights, and nothing else does.</summary>
public enum Role
{
    /// <summary>Checks; asks other States and answers them.</summary>
    DutyOfficer,

    /// <summary>Reports, amends and withdraws this State's records; checks.</summary>
    DocumentDesk,

    /// <summary>Is the second of two persons; checks; reads the ledger.</summary>
    Supervisor,

    /// <summary>Answers for personal data: who asked about whom, what is sealed.</summary>
    DataProtectionOfficer,

    /// <summary>Reads and proves the ledger.</summary>
    Auditor,

    /// <summary>Runs the node and keeps the accounts; sees nobody's data.</summary>
    Operator,
}

/// <summary>Roles as text, and what they give.</summary>
public static class Roles
{
    /// <summary>All roles.</summary>
    public static IReadOnlyList<Role> All { get; } = Enum.GetValues<Role>();

    /// <summary>What a role gives.</summary>
    public static Rights Rights(this Role role) => role switch
    {
        Role.DutyOfficer => Access.Rights.Check | Access.Rights.Request,
        Role.DocumentDesk => Access.Rights.Check | Access.Rights.Publish | Access.Rights.Request,
        Role.Supervisor => Access.Rights.Check | Access.Rights.Audit | Access.Rights.Approve | Access.Rights.Request,
        Role.DataProtectionOfficer => Access.Rights.Audit | Access.Rights.Protect,
        Role.Auditor => Access.Rights.Audit,
        Role.Operator => Access.Rights.Operate | Access.Rights.Administer,
        _ => Access.Rights.None,
    };

    /// <summary>What several roles give together.</summary>
    public static Rights Rights(this IEnumerable<Role> roles) => roles.Aggregate(Access.Rights.None, (rights, role) => rights | role.Rights());

    /// <summary>The role as it is written: <c>duty-officer</c>, <c>document-desk</c>, …</summary>
    public static string Text(this Role role) => role switch
    {
        Role.DutyOfficer => "duty-officer",
        Role.DocumentDesk => "document-desk",
        Role.Supervisor => "supervisor",
        Role.DataProtectionOfficer => "data-protection-officer",
        Role.Auditor => "auditor",
        Role.Operator => "operator",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>The role as people call it.</summary>
    public static Registers.Words Words(this Role role) => role switch
    {
        Role.DutyOfficer => new("Duty officer", "Officier de permanence"),
        Role.DocumentDesk => new("Document desk", "Bureau des documents"),
        Role.Supervisor => new("Supervisor", "Responsable"),
        Role.DataProtectionOfficer => new("Data protection officer", "Délégué à la protection des données"),
        Role.Auditor => new("Auditor", "Auditeur"),
        Role.Operator => new("Operator", "Opérateur"),
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Reads a role as it is written.</summary>
    public static bool TryParse(string? text, out Role role)
    {
        foreach (var known in All)
        {
            if (known.Text() == text)
            {
                role = known;
                return true;
            }
        }

        role = default;
        return false;
    }
}
