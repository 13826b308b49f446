using System.Text;

namespace HTCondor.Net.Tests.Jobs;

/// <summary>Reads the "new" syntax of arguments as HTCondor does: split_args in src/condor_utils/condor_arglist.cpp.</summary>
internal static class JobTextsReader
{
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        bool quoted = false;
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (quoted && letter == '\'' && at + 1 < text.Length && text[at + 1] == '\'')
                word!.Append(text[++at]);
            else if (letter == '\'')
            {
                quoted = !quoted;
                word ??= new StringBuilder();
            }
            else if (!quoted && letter is ' ' or '\t' or '\n' or '\r' or '\v' or '\f' && !quoted)
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else
                (word ??= new StringBuilder()).Append(letter);
        }

        if (word is not null)
            words.Add(word.ToString());
        return words;
    }
}
