namespace Scailfin.JobWrapper.Tests.Conformance;

/// <summary>Something that a step does, and what it must see, in whatever runtime.</summary>
/// <param name="Name">Also the name of a file.</param>
/// <param name="Snippet">For any POSIX shell; {W} is the workspace as the request names it.</param>
/// <param name="Expected">All of its output; {W} is the workspace as the container has it, {UID} the user's number inside.</param>
public sealed record ConformanceCase(string Name, string Snippet, string Expected)
{
    public const string Nasty = "a'b\"c\\d $HOME ${PATH} $(touch broken) `touch broken` é 漢 🚀\n\n\tline; rm -f x & * ~ !x #\r\n";
    public const string Secret = "a-secret-that-stands-nowhere";

    /// <summary>The environment of the step.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Environment { get; } =
    [
        new("PLAIN", "plain"), new("SINGLE", "it's"), new("DOUBLE", "say \"x\""), new("DOLLAR", "$HOME ${HOME} $(id)"),
        new("BACKQUOTE", "`id`"), new("NEWLINE", "a\nb"), new("TRAILING", "end\n\n"), new("UNICODE", "é漢🚀"), new("EMPTY", ""),
        new("BLANKS", "  x  "), new("GLOB", "/*"), new("BACKSLASH", "a\\nb\\"), new("TAB", "a\tb"), new("EQUALS", "a=b=c"),
        new("PERCENT", "%s%n"), new("BANG", "!!"), new("TILDE", "~root"), new("LONG", new string('x', 100_000)), new("NASTY", Nasty),
        new("HERE", "{W}/a"), new("PREFIX", "{W}/a:{W}2:/x{W}"), new("SECRET", Secret), new("_underscore9", "u"),
    ];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        new("working-directory", "pwd", "{W}\n"),
        new("env-plain", "printf %s \"$PLAIN\"", "plain"),
        new("env-single-quote", "printf %s \"$SINGLE\"", "it's"),
        new("env-double-quote", "printf %s \"$DOUBLE\"", "say \"x\""),
        new("env-dollar", "printf %s \"$DOLLAR\"", "$HOME ${HOME} $(id)"),
        new("env-backquote", "printf %s \"$BACKQUOTE\"", "`id`"),
        new("env-newline", "printf %s \"$NEWLINE\"", "a\nb"),
        new("env-trailing-newlines", "printf %s \"$TRAILING\"", "end\n\n"),
        new("env-unicode", "printf %s \"$UNICODE\"", "é漢🚀"),
        new("env-empty-is-set", "printf '[%s]' \"${EMPTY-unset}\"", "[]"),
        new("env-blanks", "printf '[%s]' \"$BLANKS\"", "[  x  ]"),
        new("env-glob", "printf %s \"$GLOB\"", "/*"),
        new("env-backslash", "printf %s \"$BACKSLASH\"", "a\\nb\\"),
        new("env-tab", "printf %s \"$TAB\"", "a\tb"),
        new("env-equals", "printf %s \"$EQUALS\"", "a=b=c"),
        new("env-percent", "printf %s \"$PERCENT\"", "%s%n"),
        new("env-bang", "printf %s \"$BANG\"", "!!"),
        new("env-tilde", "printf %s \"$TILDE\"", "~root"),
        new("env-long", "printf %s \"$LONG\" | wc -c | tr -d ' '", "100000\n"),
        new("env-everything", "printf %s \"$NASTY\"", Nasty),
        new("env-underscore", "printf %s \"$_underscore9\"", "u"),
        new("env-attempt", "case $SCAILFIN_ATTEMPT in *.1) echo ok ;; esac", "ok\n"),
        new("env-path-is-rewritten", "cat \"$HERE\"", "input a\n"),
        new("env-only-exact-prefixes", "printf %s \"$PREFIX\"", "{W}/a:{O}2:/x{O}"),
        new("stdin-is-empty", "wc -c | tr -d ' '", "0\n"),
        new("input-file", "cat a", "input a\n"),
        new("input-in-folder", "cat sub/b", "input b\n"),
        new("input-by-absolute-path", "cat '{W}/sub/b'", "input b\n"),
        new("input-link", "cat link", "input a\n"),
        new("input-is-executable", "./run-me", "ran\n"),
        new("input-unicode-name", "cat 'ü 漢'", "odd\n"),
        new("write-by-absolute-path", "echo x >'{W}/written' && cat written", "x\n"),
        new("umask", "umask", "0022\n"),
        new("user", "id -u", "{UID}\n"),
        new("tmp-is-writable", "echo t >/tmp/t.$$ && cat /tmp/t.$$", "t\n"),
        new("pipe-broken-quietly", "yes | head -n 1", "y\n"),
        new("here-document", "cat <<'END'\na $b `c`\nEND", "a $b `c`\n"),
        new("background", "(echo one) & wait; echo two", "one\ntwo\n"),
        new("substitution", "echo \"$(echo \"`echo deep`\")\"", "deep\n"),
        new("arithmetic", "echo $((6 * 7))", "42\n"),
        new("exit-code-of-a-part", "(exit 3); echo $?", "3\n"),
        new("errors-do-not-end-it", "false; echo on", "on\n"),
        new("standard-error", "echo err >&2", "err\n"),
        new(
            "no-variable-of-ours",
            "env | grep -E '^(scailfin|work|dir|phase|BASH_FUNC|APPTAINER|SINGULARITY|SLURM|PODMAN)' | head -n 3; echo end",
            "end\n"),
        new("no-variable-of-the-node", "echo \"${SCAILFIN_TEST_NODE-unset}\"", "unset\n"),
        new(
            "secret-on-no-command-line",
            "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | awk 'index($0, ENVIRON[\"SECRET\"]) { print }'; echo end",
            "end\n"),
        new("no-zombie-parent", "test -d /proc/$$ && echo ok", "ok\n"),
    ];
}
