/**
 * What `kubectl completion` prints: small scripts of our own that ask `kubectl __complete`, as the
 * real ones do. Where a shell has no programmable completion (ours completes by itself) the one
 * for bash does nothing.
 */
const bash = `# bash completion for kubectl: asks "kubectl __complete" what may come next.
if type compgen >/dev/null 2>&1; then eval '
__kubectl_complete() {
  local out directive
  out=$("\${COMP_WORDS[0]}" __completeNoDesc "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  directive=\${out##*:}
  out=\${out%:*}
  COMPREPLY=($(compgen -W "$out" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ $((directive & 2)) -ne 0 ] && compopt -o nospace
  [ $((directive & 4)) -eq 0 ] && compopt -o default
  return 0
}
complete -F __kubectl_complete kubectl
'; fi
`;

const zsh = `#compdef kubectl
# zsh completion for kubectl: asks "kubectl __complete" what may come next.
_kubectl() {
  local -a candidates
  candidates=(\${(f)"$(kubectl __completeNoDesc "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -- \${candidates:#:*}
}
compdef _kubectl kubectl
`;

const fish = `# fish completion for kubectl: asks "kubectl __complete" what may come next.
function __kubectl_complete
  set -l words (commandline -opc) (commandline -ct)
  kubectl __complete $words[2..-1] 2>/dev/null | string match -rv '^:'
end
complete -c kubectl -f -a '(__kubectl_complete)'
`;

const powershell = `# powershell completion for kubectl: asks "kubectl __complete" what may come next.
Register-ArgumentCompleter -Native -CommandName kubectl -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq '') { $words += '""' }
  kubectl __completeNoDesc @words 2>$null | Where-Object { $_ -notmatch '^:' }
}
`;

/** By the shell's name. */
export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish, powershell };
