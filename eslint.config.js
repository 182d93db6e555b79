import js from "@eslint/js";
import globals from "globals";

const SINKS = "Text from a run or a recipe goes in as textContent, never as markup.";

export default [
  { ignores: ["node_modules/", ".venv/", "runs/", "components/onnxruntime_web/"] },
  js.configs.recommended,
  {
    files: ["components/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
  },
  {
    files: ["trainer/export/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: globals.browser },
  },
  {
    files: ["tests/javascript/**/*.js", "*.config.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.node },
  },
  {
    rules: {
      "no-unused-vars": "error",
      "prefer-const": "error",
      "no-var": "error",
      "no-shadow": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      "no-console": ["error", { allow: ["debug"] }],
      "no-restricted-globals": ["error", { name: "DOMParser", message: SINKS }],
      "no-restricted-syntax": [
        "error",
        { selector: "CallExpression[callee.name='t'][arguments.0.type!='Literal']", message: "Babel only finds a text that is written out." },
        { selector: "TemplateLiteral CallExpression[callee.name=/^[tn]$/]", message: "Babel finds no text inside a template string." },
      ],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc", "createContextualFragment", "setHTMLUnsafe"]
          .map((property) => ({ property, message: SINKS })),
        { object: "document", property: "write", message: SINKS },
      ],
    },
  },
];
