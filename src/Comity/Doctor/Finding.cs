namespace Comity.Doctor;

/// <summary>How grave a finding is.</summary>
internal enum Grade
{
    /// <summary>As it should be.</summary>
    Fine,

    /// <summary>It works, but somebody should know.</summary>
    Notice,

    /// <summary>The node does not work so, or not safely.</summary>
    Fault,
}

/// <summary>One thing looked at.</summary>
/// <param name="Grade">How it is.</param>
/// <param name="Subject">What was looked at, in one or two words.</param>
/// <param name="Text">What was found, in plain words; no secrets.</param>
/// <param name="Remedy">What to do about it; null where nothing is to be done.</param>
internal sealed record Finding(Grade Grade, string Subject, string Text, string? Remedy = null)
{
    public static Finding Fine(string subject, string text) => new(Grade.Fine, subject, text);

    public static Finding Notice(string subject, string text, string? remedy = null) => new(Grade.Notice, subject, text, remedy);

    public static Finding Fault(string subject, string text, string? remedy = null) => new(Grade.Fault, subject, text, remedy);
}
