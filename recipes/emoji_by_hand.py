"""Which emoji Firefox OS's drawings show, where their names do not say it in Unicode's words.

The package has names only, many of them short ("grintears") or misspelt. Each line was compared
with the drawing. Left out are the nine cats' faces, which are drawn as foxes, signs that are no
emoji, and drawings that lack a part.
"""

from __future__ import annotations

FACES = """
1F600 grin 1F601 grineyes 1F602 grintears 1F603 grinwide 1F604 grinwideeyes 1F605 grinsweat
1F606 grinsquint 1F607 halo 1F608 devilhorns 1F609 winking 1F60A smileeyes 1F60B smiletongue
1F60D hearteyes 1F60E sunglasses 1F60F smirk 1F610 neutral 1F611 expressionless 1F612 unamused
1F613 sweat 1F614 pensive 1F615 confused 1F616 confounded 1F617 kiss 1F618 kissing 1F619 kisseyes
1F61A kissclosedeyes 1F61B tongueout 1F61E disappointed 1F61F worried 1F620 angry 1F621 pouting
1F622 crying 1F623 perservere 1F624 triumph 1F625 dissapointedrelief 1F626 frownmouth
1F627 anguish 1F628 fearful 1F629 weary 1F62A sleepy 1F62B tired 1F62C grimacing
1F62D loudlycrying 1F62E openmouth 1F62F hushed 1F630 coldsweat 1F631 screamfear
1F632 astonished 1F633 flushed 1F634 sleeping 1F636 nomouth 1F637 medicalmask 1F641 smallfrown
1F642 smallsmile 1F648 monkeysee 1F649 monkeyhear 1F64A monkeyspeak 1F47A japaneseangrymask
1F4A9 poo 1F495 2hearts 1F498 heartarrow 1F49A heartgreen 1F49B heartyellow 1F49C heartpurple
1F49D heartribbon 1F4A2 anger 1F4A6 sweatsplash 1F4A8 dash 1F4AD thoughtbaloon
"""

PEOPLE = """
1F446 up 1F447 down 1F448 left 1F449 right 1F44A fistedhand 1F44B waving 1F44C aok 1F44F clap
1F450 hands 1F4AA flexbicep 1F64C high5 1F64F pray 261D index 270B hand
1F590 raisedhandsfingerssplayed 1F596 raisedhandpartfingers 1F645 nogesture 1F646 okgesture
1F647 bowing 1F64B handup 1F64D frown 1F64E pout 1F46C guyguy 1F46D girlgirl 1F46E cop 1F470 bride
1F471 blonde 1F472 guapimao 1F473 turban 1F474 gpa 1F475 gma 1F477 construct 1F481 waitress
1F486 headmassage 1F46F bunny-ears 1F575 sleuthspy 1F464 contact 1F465 contact2 1F3C3 running
1F3CA swimming 1F6B6 walking
"""

NATURE = """
1F436 dog 1F415 dogside 1F431 cat 1F408 catside 1F42D mouse 1F401 mouseside 1F42F tiger
1F405 tigerside 1F437 pig 1F416 pigside 1F406 leopardside 1F430 bunny 1F407 bunnyside
1F432 dragonhead 1F409 dragonside 1F439 hampster 1F425 frontfacingchick 1F433 spurtingwhale
1F43D pigsnout 1F332 evergreen 1F342 fallingleaf 1F343 leaffluttering 1F336 chilipepper
1F365 fishcakeswirl 1F30A wave 1F30D europeafricaglobe 1F30E americasglobe
1F30F asiaaustraliaglobe 1F310 meridianglobe 1F316 waningbibbousmoon 1F328 snowcloud
1F327 raincloud 1F326 sunraincloud 26A1 bolt 1F3D4 snowmountains 1F3D6 beachumbrella
"""

THINGS = """
1F37D forkknife 1F381 present 1F380 bow 1F38A confetti 1F397 reminder 1F3BE tennisball
1F3CE racecar 1F5FC toykotower 1F5FE silhouetteohjapan 1F685 highspeedtrainbulletnose
1F6A7 constructionsign 1F3D7 construction 23F3 hourglassflowingsand 1F570 manltepiececlock
1F576 darksunglasses 1F460 heels 1F461 sandals 1F462 boot 1F45E mensshoe 1F45F mensrunner
1F454 tie 1F45A womansshirt 1F45B pinkwallet 1F48E gem 1F302 umbrella 1F4B4 banknoteyen
1F4B5 banknotedollar 1F4B6 banknoteeuro 1F4B7 banknotepound 1F4B9 chartupwardstrendyen
1F4C8 chartupwardstrend 1F4C9 chartdownwardstrend 1F4D1 bookmarktab
1F4D4 notebookdecorativecover 1F4E4 outbox 1F4EA closedmailboxlowered 1F4EB closedmailboxraised
1F4EC openmailboxraised 1F4ED openmailboxlowered 1F4F1 cellphone 1F4FC videocasette
1F50D leftmagnifyingglass 1F50E rightmagnifyingglass 1F510 lockandkey 1F399 studiomic
1F39B controlknob 1F507 speakercancellation 1F515 bellcancellation 2328 wiredkeyboard
1F550 clock1oclock 1F551 clock2oclock 1F552 clock3oclock 1F553 clock4oclock 1F555 clock6oclock
1F556 clock7oclock 1F55B clock12oclock 1F55C clock1thirty 1F55D clock2thirty 1F55E clock3thirty
1F55F clock4thirty 1F560 clock5thirty 1F561 clock6thirty 1F567 clock12thirty
"""

SIGNS = """
1F505 lowbrightness 1F506 highbrightness 1F51E nooneunder18symbol 1F51F ten 1F199 squaredup
1F6B0 potablewatersystem 1F004 mahjong 2620 blackskullcrossbones 2650 saggitarius
1F52F sixpointedstarwithdot 1F4A0 diamondshapewithdotinside 2733 eightspokedasterix
203C doubleexclaimationmark 2049 exclaimationquestionmark 1F519 backwithleftwardsarrow
1F51A endwithleftwardsarrow 1F51B onarrowleftright 1F51C soonwithrightarrow
1F51D topwithupwardsarrow 1F170 negativesquaredlatincaptiala 1F171 negativesquaredlatincaptialb
1F17E negativesquaredlatincaptialo 1F501 clockwiserightwardsleftwardscirclearrows
1F502 clockwiserightwardsleftwardscirclearrowsone 1F504 anticlockwiseupwardsanddownwardsarrows
1F503 clockwisedownupcircledarrows 23E9 blackrightpointingdoublearrow
23EA blackleftpointingdoublearrow 23EB blackuppointingdoublearrow
23EC blackdownpointingdoublearrow 25B6 blackrightpointingarrow 25C0 blackleftpointingarrow
1F53C uppointingsmallredtrisngle 1F53D downpointingsmallredtrisngle
1F1E8-1F1F3 chineseflag 1F1EB-1F1F7 franceflag 1F1EE-1F1F9 italianflag 1F1EF-1F1F5 japanflag
1F1F0-1F1F7 koreaflag 1F1F7-1F1FA russianflag 1F1EA-1F1F8 spanishflag
1F1EC-1F1E7 greatbritainflag
"""

# Plain hearts under other names, an umbrella that is closed, and drawings without their colours.
NOT_SHOWN = ("1F493", "1F496", "2602", "1F68B", "1F688", "1F48F")

_words = " ".join((FACES, PEOPLE, NATURE, THINGS, SIGNS)).split()
FXEMOJI: dict[str, str] = dict(zip(_words[::2], _words[1::2], strict=True))
"""Code points → name of the drawing."""
