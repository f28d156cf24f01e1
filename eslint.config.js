// Rules that catch mistakes; layout is left to the hand that wrote it.
export default [
  {
    files: ["echoviz/stage/js/**/*.js", "echoviz/ui/*.js", "tests/js/*.mjs"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "complexity": ["error", 14],
      "eqeqeq": "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 45, skipComments: true }],
      "max-len": ["error", { code: 120 }],
      "no-const-assign": "error",
      "no-dupe-keys": "error",
      "no-eval": "error",
      "no-fallthrough": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Set textContent: data never becomes markup." },
        { property: "outerHTML", message: "Set textContent: data never becomes markup." },
        { property: "insertAdjacentHTML", message: "Set textContent: data never becomes markup." },
      ],
      "no-self-compare": "error",
      "no-shadow": "error",
      "no-unreachable": "error",
      "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_$" }],
      "no-use-before-define": ["error", { functions: false }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
