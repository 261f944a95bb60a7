namespace Comity.Core.Registers.Snapshots;

/// <summary>A register whose index can be written to a file and read back, which is faster than making it from the records.</summary>
public interface ICompactRegister : IRegister
{
    /// <summary>
    /// Names what is written and how records became it; a file of another form is not read. It changes with every change of the
    /// code that reads records, so that an index never answers by rules that are not in force any more. At most 200 characters.
    /// </summary>
    string Form { get; }

    /// <summary>How many records the index holds.</summary>
    long Count { get; }

    /// <summary>How many records were removed since the program began.</summary>
    long Removals { get; }

    /// <summary>Begins a copy of the index. One at a time.</summary>
    IIndexCopy Copy();

    /// <summary>Fills the empty index with a copy. Nothing is asked of the register meanwhile.</summary>
    /// <param name="from">What <see cref="IIndexCopy.Write"/> wrote.</param>
    /// <param name="keep">Whether the record at an address is wanted.</param>
    /// <exception cref="InvalidDataException">It is not what this form is. The index is empty, as before.</exception>
    /// <exception cref="EndOfStreamException">It ends too early. The index is empty, as before.</exception>
    void Read(Stream from, Func<RecordAddress, bool> keep);

    /// <summary>Empties the index.</summary>
    void Clear();
}

/// <summary>An index being copied while records are added and removed.</summary>
public interface IIndexCopy : IDisposable
{
    /// <summary>
    /// Writes the index. A record that is in it from the beginning of the copy to the end of this call, or that was removed
    /// before the copy began, is told rightly; one that was added meanwhile may be in it or not.
    /// </summary>
    void Write(Stream to);

    /// <summary>What was removed since the copy began: whether it was written, nobody knows.</summary>
    IReadOnlyList<RecordAddress> Removed { get; }
}
