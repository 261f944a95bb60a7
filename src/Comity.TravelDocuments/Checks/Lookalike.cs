namespace Comity.TravelDocuments.Checks;

/// <summary>Characters that people and cameras take for one another: O and 0, I and 1, Z and 2, S and 5, B and 8.</summary>
internal static class Lookalike
{
    /// <summary>The digit that a letter looks like; any other character as it is.</summary>
    public static char Fold(char c) => c switch
    {
        'O' => '0',
        'I' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        _ => c,
    };

    /// <summary>The other character of the pair, or NUL where the character looks like no other.</summary>
    public static char Other(char c) => c switch
    {
        '0' => 'O',
        '1' => 'I',
        '2' => 'Z',
        '5' => 'S',
        '8' => 'B',
        _ => Fold(c) is var digit && digit != c ? digit : '\0',
    };

    /// <summary>Folds every character of a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="folded">As long as the number.</param>
    public static void Fold(ReadOnlySpan<char> number, Span<char> folded)
    {
        for (var i = 0; i < number.Length; i++) folded[i] = Fold(number[i]);
    }
}
