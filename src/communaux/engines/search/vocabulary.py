"""Words that carry no subject: stop words (not indexed) and frame words ("je cherche un outil pour"), folded."""

from __future__ import annotations

STOP_FR = frozenset(
    """a ai ait alors apres as au aucun aucune aussi autre autres aux avait avant avec avoir ayant c ca car ce ceci cela celle
    celles celui ces cet cette ceux chaque chez ci comme comment d dans de des donc dont du elle elles en encore entre es est et
    etait etaient etant etc etes etre eu eux hui il ils j je jusqu l la le les leur leurs lors lorsque lui m ma mais me meme
    memes mes mon n ne ni nos notre nous on ont ou par parce pas peu peut peuvent plus pour pourquoi puis puisque qu quand que
    quel quelle quelles quels qui quoi s sa sans se selon sera serait ses si soit sommes son sont sous suis sur t ta te tes
    toi ton tous tout toute toutes tres tu un une vers via voici voila vos votre vous y aujourd lorsqu puisqu quelqu
    ici la-bas afin ainsi alors chacun chacune dehors depuis etions furent fut notamment tandis toutefois trop""".split()
) - {"la-bas", "car"}
STOP_EN = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do does
    doing don each for from had has have having he her here hers him his how i if in into is it its itself just ll me more
    most my no nor not of off on once one only or other our ours out over own re s same she should so some such t than that
    the their theirs them then there these they this those through to too under until up ve very was we were what when where
    which while who whom why will with within without would you your yours""".split()
)
STOP = STOP_FR | STOP_EN

FRAME = frozenset(
    """cherche cherchons cherchent chercher cherchez rechercher recherchons besoin besoins outil outils logiciel logiciels
    application applications appli applis app apps libre libres open source opensource gratuit gratuits gratuite gratuites
    solution solutions plateforme plateformes site sites service services moyen moyens quelque quelques chose choses
    permet permettre permettant permettent voudrais voudrait voudrions voulons veux veut vouloir veulent aimerais aimerait
    aimerions faut faudrait falloir faire fait faisons font avons aurait aurions pouvoir pouvons puisse puissent puissions
    pourrait pourraient souhaite souhaitons souhaitent souhaiterait existe existent trouver trouve trouvent utiliser utilise
    utilisent simple simples simplement facile facilement facilement mettre place aider aide aident gerer gestion
    systeme systemes commun communs numerique numeriques dispositif programme projet chez quoi besoin petit petite
    petits petites bonjour merci svp souhaitant voulant disposer proposer propose type
    need needs needed looking look search find finding want wants wanted tool tools software free platform platforms system
    systems website websites something help helps helping use using used like way ways let lets allow allows get make makes
    making manage managing management easily easy simple please would able small anyone someone thing things provide
    provides project digital web online""".split()
) - {"chez", "quoi"}
