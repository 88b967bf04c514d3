namespace Parley.Search;

/// <summary>Reads the text of a query from left to right; see <see cref="SearchQuery.Parse"/> for the language.</summary>
internal ref struct SearchQueryParser(string text)
{
    private const int MaxNotedValue = 40;
    private readonly List<SearchClause> _clauses = [];
    private readonly List<SearchFilter> _filters = [];
    private readonly List<string> _notes = [];
    private readonly string _text = text;
    private int _at;

    public SearchQuery Read()
    {
        var joins = false;
        while (SkipBlanks())
        {
            if (AtOr() && _clauses.Count > 0 && !joins)
            {
                joins = true;
                _at += 2;
                continue;
            }

            var negated = AtMinus();
            if (negated)
                _at++;
            if (TryReadFilter(negated) is { } filter)
            {
                _filters.Add(filter);
                joins = false;
                continue;
            }

            Add(ReadAtom(), negated, joins && !negated);
            joins = false;
        }

        if (joins)
            Add(new SearchAtom("OR", Quoted: false, Prefix: false), negated: false, joins: false);
        return new SearchQuery(_clauses, _filters, _notes);
    }

    private readonly void Add(SearchAtom atom, bool negated, bool joins)
    {
        if (atom.Text.Length == 0)
            return;
        if (joins && _clauses[^1] is { Negated: false } last)
            _clauses[^1] = last with { AnyOf = [.. last.AnyOf, atom] };
        else
            _clauses.Add(new SearchClause([atom], negated));
    }

    private bool SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        return _at < _text.Length;
    }

    private readonly bool BlankAt(int at) => at >= _text.Length || char.IsWhiteSpace(_text[at]);

    private readonly bool AtOr() => string.CompareOrdinal(_text, _at, "OR", 0, 2) == 0 && BlankAt(_at + 2);

    /// <summary>A minus before something; <c>--flag</c> and a lone <c>-</c> are literal.</summary>
    private readonly bool AtMinus() => _text[_at] == '-' && !BlankAt(_at + 1) && _text[_at + 1] != '-';

    private SearchFilter? TryReadFilter(bool negated)
    {
        var colon = _at;
        while (colon < _text.Length && char.IsAsciiLetter(_text[colon]))
            colon++;
        if (
            colon >= _text.Length
            || _text[colon] != ':'
            || SearchFilter.FindKey(_text.AsSpan(_at, colon - _at)) is not { } key
        )
            return null;
        var start = _at;
        _at = colon + 1;
        var quoted = _at < _text.Length && _text[_at] == '"';
        var value = quoted ? ReadQuoted() : ReadWord();
        if (SearchFilter.Find(key, value, negated) is { } filter)
            return filter;
        _at = start;
        if (value.Length is > 0 and <= MaxNotedValue && SearchFilter.Allowed(key) is { } allowed)
            _notes.Add($"«{value}» is no value of {key.ToString().ToLowerInvariant()}: ({allowed}); searched as text.");
        return null;
    }

    private SearchAtom ReadAtom()
    {
        var quoted = _text[_at] == '"';
        var value = quoted ? ReadQuoted() : ReadWord();
        var prefix = quoted ? _at < _text.Length && _text[_at] == '*' : value.Length > 1 && value[^1] == '*';
        if (prefix && quoted)
            _at++;
        return new SearchAtom(prefix && !quoted ? value.TrimEnd('*') : value, quoted, prefix);
    }

    private string ReadQuoted()
    {
        var start = ++_at;
        var end = _text.IndexOf('"', start);
        if (end < 0)
            end = _text.Length;
        _at = Math.Min(end + 1, _text.Length);
        return _text[start..end];
    }

    private string ReadWord()
    {
        var start = _at;
        while (!BlankAt(_at))
            _at++;
        return _text[start.._at];
    }
}
