namespace HTCondor.Net.ClassAds;

/// <summary>The functions of the ClassAd language, those too that HTCondor adds.</summary>
/// <remarks>https://htcondor.readthedocs.io/en/latest/classads/classad-mechanism.html#predefined-functions</remarks>
internal static class ClassAdFunctions
{
    private static readonly HashSet<string> Known = new(
        [
            "eval", "unparse", "unresolved", "ifThenElse", "isUndefined", "isError", "isString", "isInteger", "isReal", "isList",
            "isClassAd", "isBoolean", "isAbstime", "isReltime", "member", "anyCompare", "allCompare", "identicalMember", "size", "sum",
            "avg", "min", "max", "countMatches", "evalInEachContext", "int", "real", "string", "bool", "floor", "ceil", "ceiling", "round",
            "pow", "quantize", "random", "absTime", "relTime", "time", "currentTime", "timeZoneOffset", "formatTime", "interval", "dayTime",
            "getYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDayOfWeek", "getDays", "getHours", "getMinutes", "getSeconds",
            "splitTime", "strcat", "join", "split", "substr", "strcmp", "stricmp", "toUpper", "toLower", "regexp", "regexpMember",
            "regexps", "replace", "replaceAll", "regexpSubst", "stringListSize", "stringListSum", "stringListAvg", "stringListMin",
            "stringListMax", "stringListMember", "stringListIMember", "stringListSubsetMatch", "stringListISubsetMatch",
            "stringListRegexpMember", "stringList_regexpMember", "stringListsIntersect", "versioncmp", "version_gt", "version_ge",
            "version_lt", "version_le", "version_eq", "version_in_range", "versionGT", "versionGE", "versionLT", "versionLE", "versionEQ",
            "versionInRange", "splitUserName", "splitSlotName", "userHome", "userMap", "mergeEnvironment", "listToArgs", "argsToList",
            "envV1ToV2",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static bool IsKnown(string name) => Known.Contains(name);
}
