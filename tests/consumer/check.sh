#!/usr/bin/env bash
# Uses the packages as their users do: packs them, then builds and runs new projects outside the repository.
# Usage: check.sh. Ends with "N passed, N failed"; the exit code is 1 where a check failed.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=0.1.0-check.$(date +%s)
address=https://example.org/transferlearning
backend=${TorchBackend:-cpu}
torch_version=$(sed -n 's:.*<TorchSharpVersion>\(.*\)</TorchSharpVersion>.*:\1:p' "$repository/Directory.Packages.props")
passed=0 failed=0

# check NAME COMMAND...: runs a command, shows what it wrote, and counts.
check() {
    local name=$1
    shift
    if "$@"; then echo "PASS $name"; passed=$((passed + 1)); else echo "FAIL $name"; failed=$((failed + 1)); fi
}

native_torch="<PackageReference Include=\"TorchSharp-$backend\" Version=\"$torch_version\" />"

# project NAME PACKAGE...: a new project in its folder, with the program that stands in this folder under its name; of the kind that $sdk says.
project() {
    local name=$1
    shift
    mkdir "$work/$name" && cp "$here/$name"/* "$work/$name" && {
        echo "<Project Sdk=\"${sdk:-Microsoft.NET.Sdk}\"><PropertyGroup>"
        echo '<OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>'
        echo '<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>'
        echo '<SelfContained>false</SelfContained><TreatWarningsAsErrors>true</TreatWarningsAsErrors><WarningsNotAsErrors>NU1603</WarningsNotAsErrors></PropertyGroup><ItemGroup>'
        printf '<PackageReference Include="%s" Version="'"$version"'" />\n' "$@"
        echo "$native_torch</ItemGroup></Project>"
    } > "$work/$name/$name.csproj"
}

pack() {
    for csproj in "$repository"/src/*/*.csproj; do
        # The tool is a package of hundreds of megabytes, made further below.
        [[ $csproj != *Tool.csproj ]] || continue
        dotnet pack "$csproj" -c Release -v q --nologo -o "$work/packages" "-p:Version=$version" "-p:RepositoryUrl=$address" || return 1
    done
}

# publish NAME FOLDER OPTION...: a self-contained application for this platform.
publish() { (cd "$work/$1" && dotnet publish -c Release -v q --nologo -p:SelfContained=true -o "$work/$2" "${@:3}"); }

# within NAME COMMAND...: runs a command in the folder of a project.
within() { (cd "$work/$1" && "${@:2}"); }

# says TEXT COMMAND...: whether a command writes this, however it ends.
says() {
    local output
    output=$("${@:2}" 2>&1)
    echo "$output"
    [[ $output == *"$1"* ]]
}

run() { (cd "$work/$1" && shift && dotnet run -c Release "$@"); }

# lacks NAME PATTERN PATTERN: whether the output of a project holds no file of these names.
lacks() { [ -d "$work/$1/bin" ] && [ -z "$(find "$work/$1/bin" -iname "$2" -o -iname "$3")" ]; }

# Third-party packages come from the user's folder; ours and what is new go into the temporary one.
user_packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir -p "$user_packages"
cat > "$work/nuget.config" <<CONFIG
<configuration>
  <config><add key="globalPackagesFolder" value="$work/cache" /></config>
  <fallbackPackageFolders><add key="user" value="$user_packages" /></fallbackPackageFolders>
  <packageSources><add key="local" value="$work/packages" /></packageSources>
</configuration>
CONFIG
unset NUGET_PACKAGES

check "the packages can be made" pack
cp "$here/packages.cs" "$work"
check "the packages hold what they must" within . dotnet run packages.cs -- "$work/packages" "$address"
project ten-lines TransferLearning.Vision TransferLearning.Weights.EfficientNetLite0
sample_data=$repository/samples/ImageClassification/data
cp -r "$sample_data/train" "$work/ten-lines/flowers"
cp "$(find "$sample_data/validation" -name '*.png' | sort | head -n 1)" "$work/ten-lines/unknown.jpg"
check "ten lines, torch touched first" run ten-lines
project ten-lines-text TransferLearning.Text TransferLearning.Weights.MiniLM
cp "$repository/samples/TextClassification/data/train.csv" "$work/ten-lines-text/glosses.csv"
check "ten lines for texts" run ten-lines-text
project core-only TransferLearning.Core
check "the core alone" run core-only
check "the core alone brings no image library" lacks core-only '*TransferLearning.Vision*' '*libSkiaSharp*'
native_torch= project tokenizers-only TransferLearning.Tokenizers
check "tokenizers alone" run tokenizers-only
check "tokenizers alone bring no torch" lacks tokenizers-only '*torch*' '*TransferLearning.Core*'
cp -r "$repository/samples/ImageClassification" "$work/sample"
check "a sample copied out of the repository" run sample "-p:TransferLearningVersion=$version" "-p:TorchBackend=$backend"
check "the weights lie beside the sample" test -n "$(find "$work/sample/bin" -path '*weights/efficientnet_lite0/efficientnet_lite0.safetensors')"
cp -r "$repository/samples/TextClassification" "$work/text-sample"
check "the text sample copied out of the repository" run text-sample "-p:TransferLearningVersion=$version" "-p:TorchBackend=$backend"
cp -r "$repository/samples/Autoencoder" "$work/autoencoder"
check "the autoencoder copied out of the repository" run autoencoder "-p:TransferLearningVersion=$version" "-p:TorchBackend=$backend"
cp -r "$repository/samples/WebService" "$work/web-service"
check "the web service copied out of the repository is built" \
    dotnet build "$work/web-service" -c Release "-p:TransferLearningVersion=$version" "-p:TorchBackend=$backend"

# From nothing to a prediction, as a user of the templates.
check "the templates can be installed" dotnet new install "$work/packages/TransferLearning.Templates.$version.nupkg" --debug:custom-hive "$work/hive"
for kind in image text; do
    check "a project from the template for ${kind}s" within . dotnet new "transferlearning-$kind" -o "new-$kind" --torch "$backend" --debug:custom-hive "$work/hive"
    check "the template for ${kind}s builds without a warning" within "new-$kind" dotnet build -c Release -v q --nologo -warnaserror
done
check "the template for images learns" run new-image --no-build -- train "$work/ten-lines/flowers"
check "the template for images predicts" run new-image --no-build -- predict "$work/ten-lines/unknown.jpg"
check "the template for texts learns" run new-text --no-build -- train "$work/ten-lines-text/glosses.csv"
check "the template for texts predicts" says ': animal (' run new-text --no-build -- predict "a small bird that sings at night"
check "a build holds torch of this platform alone" lacks new-image '*torch_cpu.dll' '*torch_cpu.dylib'
check "a portable publish names the line that mends its size" says 'warning TL0002' \
    within new-image dotnet publish -c Release --nologo --no-build -p:CreateHardLinksForPublishFilesIfPossible=true

# Applications without what they do not use; warnings of the trimmer are errors.
learnt=("$sample_data" "$work/ten-lines-text/glosses.csv" "$work/ten-lines/unknown.jpg")
project trimmed TransferLearning.Vision TransferLearning.Text TransferLearning.Weights.EfficientNetLite0 TransferLearning.Weights.MiniLM
check "an application is trimmed without a warning" publish trimmed trimmed-app -p:PublishTrimmed=true
check "a trimmed application fine-tunes, saves, loads and predicts" within trimmed "$work/trimmed-app/trimmed" "${learnt[@]}"
sdk=Microsoft.NET.Sdk.Web project trimmed-service TransferLearning.Vision
check "a web service is trimmed without a warning" publish trimmed-service trimmed-service-app -p:PublishTrimmed=true
check "a trimmed web service predicts" "$work/trimmed-service-app/trimmed-service" "$work/trimmed/images.safetensors" "$work/ten-lines/unknown.jpg"
if command -v clang > /dev/null || command -v gcc > /dev/null; then
    check "an application is compiled ahead of time" publish trimmed native-app -p:PublishAot=true -p:TreatWarningsAsErrors=false
    check "what was compiled ahead of time fine-tunes, saves, loads and predicts" within native-app ./trimmed "${learnt[@]}"
fi

# Without the native half of torch.
native_torch= project no-native TransferLearning.Core
check "a build without native torch names the package" says 'TL0001: Add a native torch package' within no-native dotnet build -c Release --nologo -p:TreatWarningsAsErrors=false
check "so does its first use of torch" says "DllNotFoundException: The native torch libraries are missing. Add them to the application's project with 'dotnet add package TorchSharp-cpu'" \
    run no-native --no-build

# The tool, for this platform alone.
rid=$(dotnet --info | sed -n 's/^ *RID: *//p')
check "the tool's package can be made" dotnet pack "$repository/src/TransferLearning.Tool" -c Release -v q --nologo -o "$work/packages" \
    "-p:Version=$version" "-p:RepositoryUrl=$address" "-p:ToolPackageRuntimeIdentifiers=$rid" -p:UseCurrentRuntimeIdentifier=false
check "the tool's package is small enough for a gallery" test -z "$(find "$work/packages" -name '*Tool*.nupkg' -size +250M)"
check "the tool can be installed" within . dotnet tool install TransferLearning.Tool --tool-path bin --version "$version"
check "the installed tool learns" within . bin/transferlearning train --data ten-lines/flowers --output tool.safetensors
check "the installed tool predicts" within . bin/transferlearning predict --model tool.safetensors ten-lines/unknown.jpg

echo "consumer check: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
