// The Python editor. It lives in a shadow root: there CodeMirror puts its styles into constructed
// style sheets, which the page's policy (no <style> elements) allows.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, toggleTabFocusMode } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  crosshairCursor,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { highlighting, theme } from "./editor-theme.js";

// Left alone, Chromium replaces selected coloured text by a span with a style attribute, before
// CodeMirror reads it back; the page's policy forbids that attribute and the console says so.
const replaceSelectionOurselves = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    const plain = event.inputType === "insertText" && event.data && !event.isComposing;
    if (!plain || main.empty || ranges.length > 1 || view.state.readOnly) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, event.data, insert));
    if (!handled) view.dispatch(insert());
    return true;
  },
});

export function createEditor(host, { text, onChange, onSubmit, readOnly = false }) {
  const root = host.attachShadow({ mode: "open" });
  const submit = { key: "Mod-Enter", preventDefault: true, run: () => (onSubmit?.(), true) };
  const leave = { key: "Escape", run: (view) => (view.contentDOM.blur(), true) };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        foldGutter(),
        highlightSpecialChars(),
        highlightActiveLineGutter(),
        highlightActiveLine(),
        history(),
        drawSelection(),
        rectangularSelection(),
        crosshairCursor(),
        EditorState.allowMultipleSelections.of(true),
        EditorState.readOnly.of(readOnly),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        highlightSelectionMatches(),
        python(),
        syntaxHighlighting(highlighting),
        theme,
        replaceSelectionOurselves,
        EditorView.contentAttributes.of({
          "aria-label": host.dataset.label ?? "Your program",
          "aria-describedby": "editor-keys",
          tabindex: "0",
          spellcheck: "false",
          autocapitalize: "off",
          autocorrect: "off",
        }),
        keymap.of([
          submit,
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          { key: "Ctrl-m", mac: "Shift-Alt-m", run: toggleTabFocusMode },
          indentWithTab,
          ...defaultKeymap,
          leave,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    replace(next) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
  };
}
